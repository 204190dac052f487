//! What tellers certified, and what this device makes of it.

use super::line;
use crate::{
    logic::{
        governance::{Worth, worth},
        keys,
    },
    ui::{
        tokens::space,
        widgets::{self, card},
    },
    views::ViewContext,
};
use communaut_protocol::fold::{CertificateView, ProposalView, VoteRule};
use egui::{Label, RichText, Ui};

/// Certificates shown: there is one, unless somebody cheats or closes twice.
const CERTIFICATES_MAX: usize = 20;

/// All certificates of a proposal; nothing where there is none.
pub fn certificates_ui(ui: &mut Ui, cx: &ViewContext<'_>, proposal: &ProposalView) {
    if proposal.certificates.is_empty() {
        return;
    }
    widgets::heading(ui, &cx.t("gov-certificates"));
    card(ui, cx.tokens, |ui| {
        for certificate in proposal.certificates.iter().take(CERTIFICATES_MAX) {
            certificate_ui(ui, cx, certificate);
        }
    });
    ui.add_space(space::M);
}

/// Who certified what, and whether it adds up here.
fn certificate_ui(ui: &mut Ui, cx: &ViewContext<'_>, certificate: &CertificateView) {
    let (tokens, tally) = (cx.tokens, certificate.tally);
    let number = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    let says = cx.tr(
        "gov-certificate",
        &[
            ("teller", cx.person(certificate.teller).into()),
            ("yes", number(tally.yes).into()),
            ("no", number(tally.no).into()),
            ("blank", number(tally.blank).into()),
            ("electorate", number(tally.electorate).into()),
        ],
    );
    line(ui, |ui| ui.add(Label::new(says).wrap()));
    let (words, ink) = match worth(certificate) {
        Worth::Checked => (cx.t("gov-certificate-checked"), tokens.good),
        Worth::NotATeller => (cx.t(keys::rule(VoteRule::NotATeller)), tokens.danger),
        Worth::Missing(count) => (cx.tr("gov-certificate-missing", &[("count", count.into())]), tokens.danger),
        Worth::Differs => (cx.t("gov-certificate-differs"), tokens.danger),
    };
    ui.add(Label::new(RichText::new(words).small().color(ink)).wrap());
}
