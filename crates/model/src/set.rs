//! Sets and their members: the satellites, the men of the Presidium, the powers.

/// The number of a set in [`crate::Model::sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetId(pub usize);

/// The number of a member in its *root* set, in order of declaration.
pub type MemberIndex = usize;

/// How a vacant post or an absent member is held in a world.
pub const NONE: f64 = -1.0;

/// A set of members, or a subset of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Its name, as in `over = "s in satellite"`.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// The set whose numbering the members have: the set itself, or the one it is `within`.
    pub root: SetId,
    /// The members in order of declaration, as numbers in the root set.
    pub members: Vec<MemberIndex>,
    /// The same members in order of name: the order in which sums run.
    pub by_name: Vec<MemberIndex>,
    /// Everyone who belongs, with titles and attributes; empty unless this is a root set.
    pub roll: Vec<Member>,
    /// The attributes that members of a root set have; empty otherwise.
    pub attributes: Vec<Attribute>,
}

impl Set {
    /// Where a member of the root set stands in this set's declaration order.
    pub fn position(&self, member: MemberIndex) -> Option<usize> {
        self.members.iter().position(|own| *own == member)
    }
}

/// One member of a root set.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name in expressions: `gdr`.
    pub name: String,
    /// What a reader sees: "East Germany".
    pub title: String,
    /// Its attributes, one for each of the root set's [`Set::attributes`]; `None` where not given.
    pub attributes: Vec<Option<AttributeValue>>,
}

/// The number of an attribute in its root set's [`Set::attributes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeId(pub usize);

/// An attribute that members of a set have, such as the country of a leader.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name, read as `l.country`.
    pub name: String,
    /// The root set its values are members of, if they are members.
    pub of: Option<SetId>,
}

/// What an attribute says of one member.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// A pure number, such as a Correlates of War code.
    Number(f64),
    /// A truth.
    Truth(bool),
    /// A member of another root set.
    Member(MemberIndex),
    /// Words for readers; not usable in expressions.
    Text(String),
}
