//! A diagnostic for a terminal: what is wrong, the text underlined, what to do.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::folder::Files;

/// Whether the terminal is sent colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// With ANSI escapes.
    Always,
}

/// The most lines of one place that are shown.
const MOST_LINES: usize = 6;

/// The text of `diagnostic` as shown in a terminal, without a line break at its end. `files` gives
/// the lines to underline; a place in a file that it does not have is named, but not shown.
pub fn render(diagnostic: &Diagnostic, files: &Files, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let id = diagnostic.code.id();
    let mut places =
        vec![Place::new(files, &diagnostic.file, &diagnostic.span, AnnotationKind::Primary, "")];
    for other in &diagnostic.related {
        let place =
            Place::new(files, &other.file, &other.span, AnnotationKind::Context, &other.note);
        let same = places.iter_mut().find(|near| near.path == place.path);
        let joined = same.is_some_and(|near| near.join(&place));
        if !joined {
            places.push(place);
        }
    }
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(id));
    for place in &places {
        group = if place.excerpt.trim().is_empty() {
            group.element(Origin::path(place.path))
        } else {
            group.element(place.snippet())
        };
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(diagnostic.help.as_str()));
    }
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// Lines of one file with the stretches to underline.
struct Place<'f> {
    path: &'f str,
    text: &'f str,
    /// The lines shown, as bytes of `text`.
    lines: Range<usize>,
    excerpt: &'f str,
    first_line: usize,
    marks: Vec<(Range<usize>, AnnotationKind, &'f str)>,
}

impl<'f> Place<'f> {
    fn new(
        files: &'f Files,
        path: &'f str,
        span: &Range<usize>,
        kind: AnnotationKind,
        note: &'f str,
    ) -> Place<'f> {
        let text = files.shown_as(path).map_or("", |file| file.text.as_str());
        let start = boundary(text, span.start);
        let mut end = boundary(text, span.end).max(start);
        // A place of many lines is shown by its first few.
        let many = text[start..end].match_indices('\n').nth(MOST_LINES - 1);
        if let Some((at, _)) = many {
            end = start + at;
        }
        let mut place = Place {
            path,
            text,
            lines: start..end,
            excerpt: "",
            first_line: 1,
            marks: vec![(start..end, kind, note)],
        };
        place.show(start..end);
        place
    }

    /// Widens the lines shown to hold `span` whole.
    fn show(&mut self, span: Range<usize>) {
        let from = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[span.end..].find('\n').map_or(self.text.len(), |at| span.end + at);
        self.lines = from..to;
        self.excerpt = &self.text[from..to];
        self.first_line = self.text[..from].matches('\n').count() + 1;
    }

    /// Takes in a place of the same file if that makes few lines more.
    fn join(&mut self, other: &Place<'f>) -> bool {
        let from = self.lines.start.min(other.lines.start);
        let to = self.lines.end.max(other.lines.end);
        let near = self.text[from..to].matches('\n').count() < 3 * MOST_LINES;
        if near {
            self.marks.extend(other.marks.iter().cloned());
            self.show(from..to);
        }
        near
    }

    fn snippet(&self) -> Snippet<'f, Annotation<'f>> {
        // Old terminals obey these too; another character of two bytes keeps every place.
        let drives = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
        let excerpt = self.excerpt.replace(drives, "\u{b7}");
        let mut snippet = Snippet::source(excerpt).line_start(self.first_line).path(self.path);
        for (span, kind, note) in &self.marks {
            let from = self.lines.start;
            let mut mark = kind.span(span.start - from..span.end - from);
            if !note.is_empty() {
                mark = mark.label(*note);
            }
            snippet = snippet.annotation(mark);
        }
        snippet
    }
}

/// `at`, or the nearest place before it that does not divide a character.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
