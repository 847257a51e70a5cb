//! Names, indices and fields: what of the world an expression reads.

use detente_model::{AttributeValue, Cell, ElementId, Expr, FoldOperation, ResultField, SetId};

use super::{Allows, Reader, Stands, Ty, Typed};
use crate::diagnostic::Code;
use crate::names::{Meaning, Sort};
use crate::place::Span;
use crate::spelling::{suggest, suggest_or_list};
use crate::syntax::ast::{self, ExprKind, Ident};
use crate::syntax::print;

impl Reader<'_, '_> {
    pub(super) fn name(&mut self, name: &str, span: Span) -> Option<Typed> {
        if let Some(bound) = self.scope.find(name) {
            let expr = match bound.stands {
                Stands::Variable(number) => Expr::Binder(number),
                Stands::Member(member) => Expr::Constant(member as f64),
            };
            let ty = Ty::Member(self.names.set(bound.set).root);
            return Some(Typed { expr, ty });
        }
        let draw = self.scope.draws.iter().position(|(draw, _)| draw == name);
        if let Some(number) = draw {
            let ty = self.scope.draws[number].1.clone();
            return Some(Typed { expr: Expr::Draw(number), ty });
        }
        if name == "week" && self.names.meaning(name).is_none() {
            if matches!(self.allows, Allows::Fixed) {
                self.not_known_yet("`week`", span);
                return None;
            }
            return Some(Typed { expr: Expr::Week, ty: Ty::weeks() });
        }
        match self.names.meaning(name) {
            Some(Meaning::Member(set, member)) => {
                Some(Typed { expr: Expr::Constant(member as f64), ty: Ty::Member(set) })
            }
            Some(Meaning::Element(id)) => self.read(id, &[], span),
            Some(Meaning::Set(_)) => {
                let message = format!("`{name}` is a set, and this wants a value");
                let help = format!("fold over it: `sum(m in {name}: …)`");
                self.report(Code::WrongSort, span, message, help);
                None
            }
            None => {
                self.unknown(name, span);
                None
            }
        }
    }

    /// Reports a name that stands for nothing.
    pub(super) fn unknown(&mut self, name: &str, span: Span) {
        let locals = self.scope.binders.iter().map(|bound| bound.name.as_str());
        let draws = self.scope.draws.iter().map(|draw| draw.0.as_str());
        let all = self.names.meanings.keys().map(String::as_str);
        let help = suggest(name, locals.chain(draws).chain(all), "");
        self.report(Code::UnknownName, span, format!("nothing is called `{name}`"), help);
    }

    /// Reports what is not known where only constants, or what a history begins with, may stand.
    pub(super) fn not_known_yet(&mut self, what: &str, span: Span) {
        let (code, wants) = match self.allows {
            Allows::Fixed => (Code::NotConstant, "a value that is known when the file is loaded"),
            _ => (Code::NotAllowedHere, "parameters, series and traits only"),
        };
        self.report(code, span, format!("{what} cannot stand here: this wants {wants}"), "");
    }

    /// The value now of an element.
    fn read(&mut self, id: ElementId, indices: &[ast::Expr], span: Span) -> Option<Typed> {
        let element = self.names.element(id);
        let (name, sort) = (element.name.clone(), element.sort);
        let help = match sort {
            Sort::Event => {
                format!("ask `happened({name})`, `times({name})` or `weeks_since({name})`")
            }
            Sort::Decision => format!("ask `chose({name}, option)`"),
            Sort::Bargain => format!("a bargain is read as `{name}.text[dimension]`"),
            Sort::Coalition => format!("a coalition is read as `{name}.self_enforcing`"),
            Sort::Alignment => format!("an alignment is read as `{name}.side[member]`"),
            Sort::Outcome => "an outcome is asked for when histories are over".to_owned(),
            _ => String::new(),
        };
        if !help.is_empty() {
            let message = format!("`{name}` is {}, which has no value", sort.with_article());
            self.report(Code::WrongSort, span, message, help);
            return None;
        }
        let known_at_start = matches!(sort, Sort::Parameter | Sort::Series | Sort::Trait);
        if self.allows == Allows::Fixed || self.allows == Allows::Start && !known_at_start {
            self.not_known_yet(&format!("`{name}`, {},", sort.with_article()), span);
            return None;
        }
        let cell = self.cell(id, indices, span)?;
        Some(Typed { expr: Expr::Read(cell), ty: self.names.element(id).ty.clone()? })
    }

    /// One instance of an element, its indices checked.
    pub(crate) fn cell(
        &mut self,
        id: ElementId,
        indices: &[ast::Expr],
        span: Span,
    ) -> Option<Cell> {
        self.ledger.read.insert(id);
        self.target(id, indices, span)
    }

    /// The same for what is written to: that is not a reading of it.
    pub(crate) fn target(
        &mut self,
        id: ElementId,
        indices: &[ast::Expr],
        span: Span,
    ) -> Option<Cell> {
        let names = self.names;
        let element = names.element(id);
        let binders = &element.over.binders;
        if binders.len() != indices.len() {
            let written: Vec<&str> =
                binders.iter().map(|b| names.set(b.set).name.as_str()).collect();
            let message = match (binders.len(), indices.len()) {
                (0, _) => format!("`{}` has no index", element.name),
                (1, 0) => format!("`{}` wants an index", element.name),
                (wanted, given) => {
                    format!("`{}` wants {wanted} indices, and has {given}", element.name)
                }
            };
            let help = if binders.is_empty() {
                "leave the brackets out".to_owned()
            } else {
                format!("it is one for each {}", written.join(" and "))
            };
            self.report(Code::WrongIndices, span, message, help);
            return None;
        }
        let mut index = Vec::new();
        for (binder, tree) in binders.iter().zip(indices) {
            index.push(self.index_in(binder.set, tree)?);
        }
        let fixed: Option<Vec<usize>> = index
            .iter()
            .map(|expr| match expr {
                Expr::Constant(member) if *member >= 0.0 => Some(*member as usize),
                _ => None,
            })
            .collect();
        if let Some(members) = fixed.filter(|members| !members.is_empty())
            && names.instance(&element.over, &members).is_none()
        {
            let message = format!("there is no such instance of `{}`", element.name);
            let help = "its `over` leaves these members out";
            self.report(Code::WrongIndices, span, message, help);
            return None;
        }
        Some(Cell { element: id, index })
    }

    /// An index: a member of the root set of `set`.
    pub(crate) fn index_in(&mut self, set: SetId, tree: &ast::Expr) -> Option<Expr> {
        let names = self.names;
        let root = names.set(set).root;
        let typed = self.expr(tree)?;
        if typed.ty != Ty::Member(root) {
            let message = format!(
                "this index wants a member of `{}`, and is {}",
                names.set(set).name,
                self.described(&typed.ty)
            );
            let members: Vec<&str> = names.member_names(set).collect();
            let help = match &tree.kind {
                ExprKind::Name(name) => suggest_or_list(name, &members, "members"),
                _ => String::new(),
            };
            self.report(Code::WrongIndices, tree.span, message, help);
            return None;
        }
        if let Expr::Constant(member) = typed.expr
            && !names.set(set).members.contains(&(member as usize))
        {
            let message = format!(
                "`{}` is not in `{}`",
                names.member_name(root, member as usize),
                names.set(set).name
            );
            self.report(Code::WrongIndices, tree.span, message, "");
            return None;
        }
        self.warn_of_none(&typed.expr, tree);
        Some(typed.expr)
    }

    fn warn_of_none(&mut self, expr: &Expr, tree: &ast::Expr) {
        let vacant = match expr {
            Expr::Read(cell) | Expr::Last(cell) => self.names.element(cell.element).may_be_none,
            Expr::Fold(fold) => fold.operation == FoldOperation::ArgMax && fold.filter.is_some(),
            _ => false,
        };
        let written = print::expression(tree, &self.names.unit_names);
        if vacant && !self.scope.somebody.contains(&written) {
            let message =
                format!("`{written}` may be none, and then this reads 0 and writes nothing");
            let help = format!("if that is not meant, exclude it: `{written} != none and …`");
            self.report(Code::MayBeNone, tree.span, message, help);
        }
    }

    pub(super) fn index(
        &mut self,
        of: &ast::Expr,
        indices: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        match &of.kind {
            ExprKind::Name(name) => match self.names.meaning(name) {
                Some(Meaning::Element(id)) if self.scope.find(name).is_none() => {
                    self.read(id, indices, span)
                }
                None if self.scope.find(name).is_none() => {
                    self.unknown(name, of.span);
                    None
                }
                _ => {
                    let message = format!("`{name}` takes no index");
                    self.report(Code::WrongIndices, of.span, message, "only elements have indices");
                    None
                }
            },
            ExprKind::Field { of: inner, field } => self.result(inner, field, indices, span),
            _ => {
                self.report(Code::WrongIndices, of.span, "this takes no index", "");
                None
            }
        }
    }

    pub(super) fn field(&mut self, of: &ast::Expr, field: &Ident, span: Span) -> Option<Typed> {
        if let ExprKind::Name(name) = &of.kind
            && self.scope.find(name).is_none()
            && let Some(Meaning::Element(id)) = self.names.meaning(name)
            && matches!(
                self.names.element(id).sort,
                Sort::Bargain | Sort::Coalition | Sort::Alignment
            )
        {
            return self.result(of, field, &[], span);
        }
        let typed = self.expr(of)?;
        let Ty::Member(set) = typed.ty else {
            let message = format!("{} has no attributes", self.described(&typed.ty));
            self.report(Code::UnknownAttribute, field.span, message, "");
            return None;
        };
        self.attribute(typed.expr, set, field)
    }

    fn attribute(&mut self, of: Expr, root: SetId, field: &Ident) -> Option<Typed> {
        let names = self.names;
        let set = names.set(root);
        let found = set.attributes.iter().position(|attribute| attribute.name == field.text);
        let Some(number) = found else {
            let all: Vec<&str> = set.attributes.iter().map(|a| a.name.as_str()).collect();
            let message = format!("members of `{}` have no attribute `{}`", set.name, field.text);
            let help = suggest_or_list(&field.text, &all, "attributes");
            self.report(Code::UnknownAttribute, field.span, message, help);
            return None;
        };
        let values = set.roll.iter().filter_map(|member| member.attributes[number].as_ref());
        let ty = match (set.attributes[number].of, values.into_iter().next()) {
            (Some(other), _) => Ty::Member(other),
            (None, Some(AttributeValue::Truth(_))) => Ty::Truth,
            (None, Some(AttributeValue::Number(_))) => Ty::pure(),
            _ => {
                let message = format!("`{}` is a text for readers", field.text);
                let help = "only numbers, truths and members can be used";
                self.report(Code::UnknownAttribute, field.span, message, help);
                return None;
            }
        };
        let attribute = detente_model::AttributeId(number);
        Some(Typed { expr: Expr::Attribute { set: root, attribute, of: Box::new(of) }, ty })
    }

    /// A result of a bargain, coalition or alignment: `terms.text[line]`.
    pub(super) fn result(
        &mut self,
        of: &ast::Expr,
        field: &Ident,
        indices: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        let ExprKind::Name(name) = &of.kind else {
            self.report(Code::UnknownAttribute, field.span, "this has no results", "");
            return None;
        };
        let Some(Meaning::Element(id)) = self.names.meaning(name) else {
            self.unknown(name, of.span);
            return None;
        };
        if matches!(self.allows, Allows::Fixed | Allows::Start) {
            self.not_known_yet("a result", span);
            return None;
        }
        let element = self.names.element(id);
        let set = element.set;
        let (fields, takes_index): (&[&str], bool) = match element.sort {
            Sort::Bargain => {
                let indexed = matches!(field.text.as_str(), "text" | "compromise" | "support");
                (&["text", "compromise", "support", "spread"], indexed)
            }
            Sort::Coalition => (&["self_enforcing", "in_ruling"], field.text == "in_ruling"),
            Sort::Alignment => (&["side", "energy", "minima"], field.text == "side"),
            _ => (&[], false),
        };
        if !fields.contains(&field.text.as_str()) {
            let message = format!("`{name}` has no result `{}`", field.text);
            let help = suggest_or_list(&field.text, fields, "results");
            self.report(Code::UnknownAttribute, field.span, message, help);
            return None;
        }
        if indices.len() != usize::from(takes_index) {
            let wants = if takes_index { "one index" } else { "no index" };
            let message = format!("`{name}.{}` takes {wants}", field.text);
            self.report(Code::WrongIndices, span, message, "");
            return None;
        }
        self.ledger.read.insert(id);
        let (field, ty) = match (field.text.as_str(), indices.first(), set) {
            ("text", Some(index), _) => (ResultField::Text(self.dimension(id, index)?), Ty::pure()),
            ("compromise", Some(index), _) => {
                (ResultField::CompromiseText(self.dimension(id, index)?), Ty::pure())
            }
            ("support", Some(index), Some(set)) => {
                (ResultField::Support(Box::new(self.index_in(set, index)?)), Ty::pure())
            }
            ("in_ruling", Some(index), Some(set)) => {
                (ResultField::InRuling(Box::new(self.index_in(set, index)?)), Ty::Truth)
            }
            ("side", Some(index), Some(set)) => {
                (ResultField::Side(Box::new(self.index_in(set, index)?)), Ty::pure())
            }
            ("self_enforcing", ..) => (ResultField::SelfEnforcing, Ty::Truth),
            ("energy", ..) => (ResultField::Energy, Ty::pure()),
            ("minima", ..) => (ResultField::Minima, Ty::pure()),
            ("spread", ..) => (ResultField::Spread, Ty::pure()),
            // Its set could not be read, which is reported there.
            _ => return None,
        };
        Some(Typed { expr: Expr::Result(id, field), ty })
    }

    fn dimension(&mut self, id: ElementId, index: &ast::Expr) -> Option<usize> {
        let dimensions = &self.names.element(id).dimensions;
        let ExprKind::Name(name) = &index.kind else {
            let help = "write `terms.text[line]`";
            self.report(Code::WrongIndices, index.span, "this wants the name of a dimension", help);
            return None;
        };
        let found = dimensions.iter().position(|dimension| dimension == name);
        if found.is_none() {
            let all: Vec<&str> = dimensions.iter().map(String::as_str).collect();
            let help = suggest_or_list(name, &all, "dimensions");
            let message = format!("there is no dimension `{name}`");
            self.report(Code::UnknownName, index.span, message, help);
        }
        found
    }
}
