//! One page of a list as a forge gives it: an array, or the array in an object.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// How many items a page may hold: forges give a hundred at most.
const ITEMS: usize = 1_000;

/// The items of a page.
#[derive(Debug)]
pub(super) struct Page<T>(pub(super) Vec<T>);

impl<'d, T: DeserializeOwned> Deserialize<'d> for Page<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor(PhantomData)).map(Self)
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'d, T: DeserializeOwned> Visitor<'d> for PageVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut sequence: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            if items.len() == ITEMS {
                return Err(A::Error::custom(format_args!("more than {ITEMS} items in one page")));
            }
            items.push(item);
        }
        Ok(items)
    }

    /// Some lists come as `{"total_count": 2, "workflow_runs": […]}`.
    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut found = None;
        while map.next_key::<IgnoredAny>()?.is_some() {
            match found {
                None => found = map.next_value::<Perhaps<T>>()?.0,
                Some(_) => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        found.ok_or_else(|| A::Error::custom("a list was expected"))
    }
}

/// A list, or anything else.
struct Perhaps<T>(Option<Vec<T>>);

impl<'d, T: DeserializeOwned> Deserialize<'d> for Perhaps<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PerhapsVisitor(PhantomData))
    }
}

struct PerhapsVisitor<T>(PhantomData<T>);

impl<'d, T: DeserializeOwned> Visitor<'d> for PerhapsVisitor<T> {
    type Value = Perhaps<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, sequence: A) -> Result<Perhaps<T>, A::Error> {
        PageVisitor(PhantomData).visit_seq(sequence).map(|items| Perhaps(Some(items)))
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Perhaps<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Perhaps(None))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Perhaps<T>, E> {
        Ok(Perhaps(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Result<Vec<u8>, String> {
        serde_json::from_str(text).map(|Page(items)| items).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_is_a_list_or_holds_one() {
        assert_eq!(page("[1, 2]"), Ok(vec![1, 2]));
        let object = r#"{"total": 2, "a": null, "b": "x", "c": {"d": [9]}, "e": 1.5, "f": -1, "g": true, "runs": [1], "h": [3]}"#;
        assert_eq!(page(object), Ok(vec![1]));
        assert!(page("{}").is_err_and(|error| error.contains("a list was expected")));
        assert!(page("3").is_err() && page("[[1]]").is_err());
        let many = format!("[{}1]", "1,".repeat(ITEMS));
        assert!(page(&many).is_err_and(|error| error.contains("more than 1000 items")));
    }
}
