//! What a request says that its body is.
//!
//! Of the parameters none counts: a character encoding that is not UTF-8 shows in the octets themselves, and what was
//! signed are those, so that no two readings of them can differ (old programs name whatever their machine has).

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::contract::unread::NotSoap;
use crate::xml::soap::SoapVersion;

/// What is taken as a message of contract WSCN, whose programs name any of them for SOAP 1.1.
const XML: [&str; 3] = ["text/xml", "application/xml", "application/soap+xml"];

/// The version of SOAP that a request of contract canal speaks.
pub(super) fn version(request: &HttpRequest) -> Result<SoapVersion, NotSoap> {
    version_of(&media_types(request))
}

/// Whether a request of contract WSCN may be a message of it: one that says nothing may.
pub(super) fn is_xml(request: &HttpRequest) -> Result<(), NotSoap> {
    all_xml(&media_types(request))
}

fn version_of(types: &[&str]) -> Result<SoapVersion, NotSoap> {
    let [first, rest @ ..] = types else {
        return Err(NotSoap::Other);
    };
    if rest.iter().any(|other| !other.eq_ignore_ascii_case(first)) {
        return Err(NotSoap::Several);
    }
    SoapVersion::from_media_type(first).ok_or_else(|| why_not(first))
}

fn all_xml(types: &[&str]) -> Result<(), NotSoap> {
    let taken = |named: &str| XML.iter().any(|one| one.eq_ignore_ascii_case(named));
    match types.iter().find(|named| !taken(named)) {
        None => Ok(()),
        Some(_) if types.iter().any(|named| taken(named)) => Err(NotSoap::Several),
        Some(other) => Err(why_not(other)),
    }
}

fn why_not(media_type: &str) -> NotSoap {
    let kind = media_type.split('/').next().unwrap_or_default();
    if kind.eq_ignore_ascii_case("multipart") {
        NotSoap::Multipart
    } else {
        NotSoap::Other
    }
}

/// Every media type that is named, without its parameters.
fn media_types(request: &HttpRequest) -> Vec<&str> {
    request
        .headers()
        .get_all(header::CONTENT_TYPE)
        // What is no text is no name of one that is known.
        .flat_map(|value| values(value.to_str().unwrap_or("?")))
        .map(media_type)
        .filter(|media_type| !media_type.is_empty())
        .collect()
}

/// The values of a header that some make one of several (RFC 9110 §5.3). A comma between quotation marks parts none.
fn values(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    header.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

/// Some programs forget the semicolon before the parameters.
fn media_type(value: &str) -> &str {
    let end = |c: char| c == ';' || c.is_ascii_whitespace();
    value.trim_ascii().split(end).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn saying(values: &[&'static str]) -> HttpRequest {
        let mut request = TestRequest::default();
        for value in values {
            request = request.append_header((header::CONTENT_TYPE, *value));
        }
        request.to_http_request()
    }

    #[test]
    fn a_type_is_known_in_whatever_case_and_with_whatever_parameters() {
        for (value, spoken) in [
            ("text/xml", SoapVersion::V11),
            ("Text/XML;charset=\"utf-8\"", SoapVersion::V11),
            (" text/xml ; charset=UTF-16", SoapVersion::V11),
            ("text/xml charset=utf-8", SoapVersion::V11),
            ("text/xml;", SoapVersion::V11),
            ("text/xml, TEXT/XML", SoapVersion::V11),
            (
                "application/soap+xml; action=\"urn:a,application/json\"",
                SoapVersion::V12,
            ),
        ] {
            assert_eq!(version(&saying(&[value])), Ok(spoken), "{value}");
            assert_eq!(is_xml(&saying(&[value])), Ok(()), "{value}");
        }
        for value in ["", " ", ";charset=utf-8"] {
            assert_eq!(version(&saying(&[value])), Err(NotSoap::Other), "{value}");
            assert_eq!(is_xml(&saying(&[value])), Ok(()), "{value}");
        }
        assert_eq!(is_xml(&saying(&["application/xml"])), Ok(()));
        assert_eq!(is_xml(&saying(&["application/xml", "text/xml"])), Ok(()));
        assert_eq!(is_xml(&saying(&[])), Ok(()));
    }

    #[test]
    fn another_type_is_refused_by_what_it_is() {
        for (values, why) in [
            (&["application/json"][..], NotSoap::Other),
            (&["text/xmlish"], NotSoap::Other),
            (&["application/xop+xml; type=\"text/xml\""], NotSoap::Other),
            (&["text"], NotSoap::Other),
            (&["Multipart/Related; type=\"text/xml\""], NotSoap::Multipart),
            (&["multipart/form-data"], NotSoap::Multipart),
            (&["text/xml", "application/json"], NotSoap::Several),
            (&["application/json, text/xml"], NotSoap::Several),
        ] {
            assert_eq!(version(&saying(values)), Err(why), "{values:?}");
            assert_eq!(is_xml(&saying(values)), Err(why), "{values:?}");
        }
        let both = saying(&["text/xml", "application/soap+xml"]);
        assert_eq!(version(&both), Err(NotSoap::Several));
    }
}
