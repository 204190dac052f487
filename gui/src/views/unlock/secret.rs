//! Fields whose text is not shown, and leaves no copy behind.

use communaut_node::vault::PASSPHRASE_MAX;
use egui::{Context, Id, Key, Margin, Response, RichText, TextEdit, Ui, text_edit::TextEditState};
use zeroize::Zeroizing;

use crate::ui::tokens::space;

/// Characters of a passphrase, whatever they are: together no more bytes than it may have.
const CHARS_MAX: usize = PASSPHRASE_MAX / 4;

/// Room for all of it at once: a text that grows leaves what it held behind.
pub(super) fn field_text() -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(PASSPHRASE_MAX))
}

/// Take what was typed out of egui's memory: it keeps earlier states of a field.
pub(super) fn forget(ctx: &Context, id: Id) {
    TextEditState::default().store(ctx, id);
}

/// A field whose text is not shown, under its name.
pub(super) fn secret(ui: &mut Ui, id: Id, label: &str, value: &mut String, enabled: bool) -> Response {
    let name = ui.label(RichText::new(label).small());
    ui.add_space(-space::XS);
    let edit = TextEdit::singleline(value)
        .id(id)
        .password(true)
        .char_limit(CHARS_MAX)
        .margin(Margin::symmetric(8, 7))
        .desired_width(f32::INFINITY);
    ui.add_enabled(enabled, edit).labelled_by(name.id)
}

/// Whether the field was left with the enter key.
pub(super) fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
