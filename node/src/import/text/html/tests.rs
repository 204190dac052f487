use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

#[test]
fn html_becomes_text() {
    for (html, text) in [
        (
            "<p>Venez &agrave; <b>18&nbsp;h</b> !<br />Apportez un bol&hellip;</p>",
            "\nVenez à 18 h !\nApportez un bol…\n",
        ),
        ("<ul><li>l&#233;gumes</li><li>pain</li></ul>", "\n\nlégumes\n\npain\n\n"),
        ("avant<script>alert(1)</script>après", "avant après"),
        ("<style>p { color: red }</style>texte", " texte"),
        ("<SCRIPT type=\"x\">alert(1)", " "),
        ("<a href=\"javascript:alert(1)\">ici</a>", "ici"),
        ("<a href='https://example.org/a?b=1'>ici</a>", "ici (https://example.org/a?b=1)"),
        ("<a href=\"https://example.org/\">https://example.org</a>", "https://example.org"),
        ("mot<strong>gras</strong>suite", "motgrassuite"),
        ("Caf&eacute; &amp; th&eacute;", "Café & thé"),
        ("l&amp;eacute;gumes", "légumes"),
        ("&lt;p&gt;Bonjour&lt;/p&gt;", "\nBonjour\n"),
        ("un&nbspdeux", "un deux"),
        ("l&#146;&oelig;uf &#8364; &#x20AC; &rsquo;", "l’œuf € € ’"),
        ("co&shy;op&eacute;rative", "coopérative"),
        ("<!-- note -->texte", " texte"),
        ("<div class=\"x\">a</div>", "\na\n"),
        ("<td>a</td><td>b</td>", " a  b "),
    ] {
        assert_eq!(plain(html), text, "{html}");
    }
}

#[test]
fn what_is_no_html_stays() {
    for text in [
        "A < B, 3 > 2, R&D, prix <= 5 €",
        "a <b and c> d",
        "x<y>z",
        "M&M's; AT&T;",
        "&",
        "<",
        "&#;&#x;&;",
        "1<2&&3>2",
        "**gras**, _italique_, [lien](https://example.org)",
        "<- ici ->",
        "<3",
        "<nom@example.org>",
        "https://example.org/?a=1&copy=2",
    ] {
        assert_eq!(plain(text), text);
    }
}

#[test]
fn a_long_text_takes_no_time() {
    // Each would take hours if it were read again after every tag.
    for hostile in ["<<p>p>", "&amp;", "<b", "&am<b></b>p;", "<script></script", "<!--", "<a href='https://a'>"] {
        let once = plain(&hostile.repeat(20_000)).into_owned();
        assert!(once.len() <= HTML_MAX * 2);
    }
}

/// Pieces of HTML, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let marks = ["<", ">", "/", "&", ";", "#", "=", "!", "-", "\"", " ", "é", "x"];
    let words = ["amp", "lt", "gt", "p", "b", "a ", "script", "href", "https://y", "nbsp"];
    let piece = prop::sample::select([marks.as_slice(), &words].concat());
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn no_text_panics_and_what_is_plain_stays(text in pieces()) {
        let once = plain(&text).into_owned();
        let twice = plain(&once).into_owned();
        prop_assert_eq!(once, twice, "{}", text);
    }
    #[test]
    fn any_text(text in "\\PC{0,80}") {
        let once = plain(&text).into_owned();
        let twice = plain(&once).into_owned();
        prop_assert_eq!(once, twice);
    }
}
