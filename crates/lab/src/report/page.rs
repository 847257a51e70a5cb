//! The page around the figures: one file, readable without a network.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("../../assets/report.css");

/// Letters of Western and Central Europe.
const LATIN: &str = "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2212";
const LATIN_EXTENDED: &str = "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1E9F";

/// Inter Tight, SIL Open Font License 1.1 (`assets/fonts/OFL.txt`).
const FACES: [(u16, &str, &[u8]); 4] = [
    (400, LATIN, include_bytes!("../../assets/fonts/inter-tight-latin-400-normal.woff2")),
    (700, LATIN, include_bytes!("../../assets/fonts/inter-tight-latin-700-normal.woff2")),
    (
        400,
        LATIN_EXTENDED,
        include_bytes!("../../assets/fonts/inter-tight-latin-ext-400-normal.woff2"),
    ),
    (
        700,
        LATIN_EXTENDED,
        include_bytes!("../../assets/fonts/inter-tight-latin-ext-700-normal.woff2"),
    ),
];

/// Follows the reader's theme until the button is pressed.
const SCRIPT: &str = r#"document.getElementById("theme").addEventListener("click",function(){var r=document.documentElement,d=r.dataset.theme?r.dataset.theme==="dark":matchMedia("(prefers-color-scheme: dark)").matches;r.dataset.theme=d?"light":"dark"});"#;

fn faces() -> String {
    let face = |(weight, range, bytes): &(u16, &str, &[u8])| {
        format!(
            "@font-face{{font-family:\"Inter Tight\";font-weight:{weight};font-display:swap;\
             unicode-range:{range};src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
            STANDARD.encode(bytes)
        )
    };
    FACES.iter().map(face).collect()
}

/// What stands around the figures.
pub(super) struct Page<'a> {
    /// The browser's title.
    pub(super) title: &'a str,
    /// The scenario and its years.
    pub(super) place: &'a str,
    /// The left column: the question.
    pub(super) question: Markup,
    /// The right column: the answer.
    pub(super) answer: Markup,
    /// The last line.
    pub(super) foot: &'a str,
}

/// The whole page as text.
pub(super) fn page(page: &Page<'_>) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:";
                title { (page.title) " – Détente" }
                style { (PreEscaped(faces())) (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "To the answer" }
                header.mast.grid {
                    p.name { "Détente" }
                    p.where {
                        span { (page.place) }
                        button.link #theme type="button" { "Light or dark" }
                    }
                }
                main #main .grid {
                    aside.lab-set.set #set aria-label="The question" { (page.question) }
                    div.lab-out { (page.answer) }
                }
                footer.foot.grid { p.c12 { (page.foot) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// A figure: a title that is a finding, how to read it, the picture, and the numbers behind it.
pub(super) struct Figure<'a> {
    /// Its name in the page.
    pub(super) id: &'a str,
    /// The finding.
    pub(super) finding: String,
    /// How to read it.
    pub(super) how: String,
    /// The picture.
    pub(super) picture: Markup,
    /// Heads of the table.
    pub(super) heads: Vec<String>,
    /// Rows of the table; the first cell is the row's head.
    pub(super) rows: Vec<Vec<String>>,
}

/// Draws a figure.
pub(super) fn figure(figure: Figure<'_>) -> Markup {
    html! {
        section.figure aria-labelledby=(figure.id) {
            h2 id=(figure.id) { (figure.finding) }
            p.says { (figure.how) }
            (figure.picture)
            details.more {
                summary { "Table" }
                div.scroll tabindex="0" role="region" aria-label=(format!("Table: {}", figure.finding)) {
                    table.data.stack {
                        thead { tr { @for (number, head) in figure.heads.iter().enumerate() {
                            th scope="col" .num[number > 0] { (head) }
                        } } }
                        tbody { @for row in &figure.rows { tr {
                            @for (number, (cell, head)) in row.iter().zip(&figure.heads).enumerate() {
                                @if number == 0 { th scope="row" { (cell) } } @else { td.num data-head=(head) { (cell) } }
                            }
                        } } }
                    }
                }
            }
        }
    }
}

/// A table that is read on the page itself: each row a block of its own where the page is narrow, its
/// cells under their heads.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> Markup {
    html! {
        table.data.stack style="margin-top:12px" {
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody { @for row in rows { tr {
                @for (number, (cell, head)) in row.iter().zip(heads).enumerate() {
                    @if number == 0 { th scope="row" { (cell) } } @else { td data-head=(head) { (cell) } }
                }
            } } }
        }
    }
}
