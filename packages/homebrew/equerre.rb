# A template: `packages/homebrew/fill VERSION SHA256SUMS` gives the formula of a release.
class Equerre < Formula
  desc "Grade a repository against the quality standards of France's public products"
  homepage "https://github.com/betagouv/equerre"
  version "@VERSION@"
  license "MIT"

  on_macos do
    on_arm do
      url "https://github.com/betagouv/equerre/releases/download/v@VERSION@/equerre-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/betagouv/equerre/releases/download/v@VERSION@/equerre-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/betagouv/equerre/releases/download/v@VERSION@/equerre-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/betagouv/equerre/releases/download/v@VERSION@/equerre-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "equerre"
    generate_completions_from_executable(bin/"equerre", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/equerre --version")
    (testpath/"README.md").write "# Mon produit\n"
    assert_match "missing-licence", shell_output("#{bin}/equerre --no-git --lang en")
  end
end
