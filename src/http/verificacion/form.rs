//! `Form`: what a browser sends of either step, as `application/x-www-form-urlencoded`.

use std::borrow::Cow;

/// More than either form has, whatever a person writes into it.
const LONGEST: usize = 4096;

/// What was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// Of the first step.
    Document { id: Cow<'a, str>, fecha: Cow<'a, str> },
    /// Of the second.
    Groups { reto: String, grupos: [String; 2] },
}

impl<'a> Form<'a> {
    /// What stands in a body; nothing where it is neither form, has more than that or anything twice.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        if body.len() > LONGEST {
            return None;
        }
        let mut fields: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(body).collect();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_ref()).collect();
        let is_first = names == ["fecha", "id"];
        let is_second = names == ["primero", "reto", "segundo"];
        let mut values = fields.into_iter().map(|(_, value)| value);
        if is_first {
            let fecha = values.next()?;
            Some(Self::Document {
                id: values.next()?,
                fecha,
            })
        } else if is_second {
            let primero = values.next()?.into_owned();
            let reto = values.next()?.into_owned();
            let grupos = [primero, values.next()?.into_owned()];
            Some(Self::Groups { reto, grupos })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_in_whatever_order_and_nothing_else_is() {
        let first = Form::read(b"id=AC01+23%2D4&fecha=02%2F03%2F2026").unwrap();
        let (id, fecha) = ("AC01 23-4".into(), "02/03/2026".into());
        assert_eq!(first, Form::Document { id, fecha });
        let second = Form::read(b"segundo=b&primero=a&reto=r").unwrap();
        let grupos = ["a".to_owned(), "b".to_owned()];
        assert_eq!(
            second,
            Form::Groups {
                reto: "r".to_owned(),
                grupos
            }
        );
        let long = format!("id={}&fecha=1", "A".repeat(LONGEST));
        for body in [
            "",
            "id=1",
            "id=1&fecha=2&fecha=3",
            "id=1&fecha=2&x=3",
            "reto=r&primero=a",
            "{}",
            &long,
        ] {
            assert_eq!(Form::read(body.as_bytes()), None, "{body}");
        }
    }
}
