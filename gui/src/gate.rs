//! Before the application: the data folder is opened, off the window's thread, with what a person gives for it.

use crate::{
    app::App,
    args::Args,
    backend::Backend,
    lasting::Lasting,
    logic::{Clock, Preferences, RefusalText, preferences::STORAGE_KEY},
    report::guarded,
    ui::{map::Decoding, theme, waker::Waker},
    views::{
        mishap,
        unlock::{UnlockAsked, UnlockView},
    },
};
use communaut_node::{Unlock, vault::Protection};
use egui::{Context, Ui};
use std::sync::Arc;

/// Wakes the window.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Opens the data folder. Nothing here blocks.
pub trait Keeper: Send + Sync {
    /// How its keys are kept; none: there are none yet.
    fn protection(&self) -> Option<Protection>;
    /// Find out whether a keyring of the desktop answers, and wake the window when it is known.
    fn look(&self, wake: Wake);
    /// Whether one answers; none: not known yet.
    fn desktop(&self) -> Option<bool>;
    /// Begin to open the folder. The window is woken when there is something to poll, and whenever the node has news.
    fn open(&self, unlock: Unlock, wake: Wake);
    /// What came of it, once.
    fn poll(&self) -> Option<Result<Arc<dyn Backend>, RefusalText>>;
}

/// How new keys are kept where nobody was asked: a window is for whoever sits before it, in whose session a keyring
/// opens by itself. Commands ask, since they have to work elsewhere too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fresh {
    /// In the desktop's keyring, which answers.
    Desktop,
    /// Not sealed: there is none, or it keeps nothing. The window says so, with the way to a passphrase.
    Unsealed,
}

/// The window, from its first frame on.
pub struct Gate {
    keeper: Arc<dyn Keeper>,
    waker: Waker,
    wake: Wake,
    preferences: Preferences,
    decoding: Decoding,
    clock: Clock,
    view: UnlockView,
    /// How the keys of a new folder are to be kept, as it was asked for last.
    fresh: Option<Fresh>,
    /// The screen failed, and is not drawn until it is asked for again.
    fallen: bool,
    app: Option<Box<App>>,
}

impl Gate {
    /// Make the window's state. `args` win over what was stored.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, keeper: Arc<dyn Keeper>, clock: Clock, args: &Args) -> Self {
        let preferences = App::prepare(cc, args);
        Self::with(&cc.egui_ctx, keeper, clock, preferences, Decoding::Apart)
    }

    /// Make the window's state with everything given, for tests and pictures too.
    #[must_use]
    pub fn with(
        ctx: &Context,
        keeper: Arc<dyn Keeper>,
        clock: Clock,
        preferences: Preferences,
        decoding: Decoding,
    ) -> Self {
        theme::install(ctx);
        ctx.set_theme(preferences.theme);
        let waker = Waker::new(ctx);
        let woken = waker.clone();
        let wake: Wake = Arc::new(move || woken.wake());
        let view = UnlockView::new(keeper.protection());
        if view.opens_by_itself() {
            keeper.open(Unlock::Nothing, wake.clone());
        } else if keeper.protection().is_none() {
            keeper.look(wake.clone());
        }
        Self { keeper, waker, wake, preferences, decoding, clock, view, fresh: None, fallen: false, app: None }
    }

    /// Open a folder that has no keys yet, as soon as it is known whether a keyring answers.
    fn open_fresh(&mut self) {
        if self.fresh.is_none()
            && self.keeper.protection().is_none()
            && let Some(answers) = self.keeper.desktop()
        {
            self.open_as(if answers { Fresh::Desktop } else { Fresh::Unsealed });
        }
    }

    fn open_as(&mut self, fresh: Fresh) {
        self.fresh = Some(fresh);
        let unlock = match fresh {
            Fresh::Desktop => Unlock::Desktop,
            Fresh::Unsealed => Unlock::Unsealed,
        };
        self.keeper.open(unlock, self.wake.clone());
    }

    /// The application, once the folder is open.
    #[must_use]
    pub fn app(&self) -> Option<&App> {
        self.app.as_deref()
    }
}

impl Lasting for Gate {
    fn turn_to(&mut self, ctx: &Context) {
        self.waker.turn_to(ctx);
        match &mut self.app {
            Some(app) => app.turn_to(ctx),
            None => {
                theme::install(ctx);
                ctx.set_theme(self.preferences.theme);
            }
        }
    }
}

impl eframe::App for Gate {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        if self.app.is_none() {
            self.open_fresh();
            match self.keeper.poll() {
                Some(Ok(backend)) => {
                    self.view.forget(ctx);
                    let app = App::with(ctx, backend, self.clock.clone(), self.preferences, self.decoding);
                    self.app = Some(Box::new(app));
                }
                Some(Err(RefusalText::Desktop(why))) if self.fresh == Some(Fresh::Desktop) => {
                    tracing::warn!("new keys are not sealed: {why}");
                    self.open_as(Fresh::Unsealed);
                }
                Some(Err(refusal)) => self.view.refused(refusal),
                None => {}
            }
        }
        if let Some(app) = &mut self.app {
            app.logic(ctx, frame);
        }
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        if let Some(app) = &mut self.app {
            return app.ui(ui, frame);
        }
        let (tokens, texts) = (theme::current(ui.ctx()), self.preferences.texts());
        if self.fallen {
            self.fallen = !mishap::ui(ui, texts, tokens);
            return;
        }
        let asked = guarded(|| self.view.ui(ui, texts, tokens)).unwrap_or_else(|| {
            self.fallen = true;
            ui.ctx().request_repaint();
            None
        });
        match asked {
            Some(UnlockAsked::Open(unlock)) => self.keeper.open(unlock, self.wake.clone()),
            Some(UnlockAsked::Again) => match self.fresh {
                Some(fresh) => self.open_as(fresh),
                None => self.keeper.open(Unlock::Nothing, self.wake.clone()),
            },
            Some(UnlockAsked::Lang(lang)) => self.preferences.lang = Some(lang),
            None => {}
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        match &mut self.app {
            Some(app) => app.save(storage),
            None => eframe::set_value(storage, STORAGE_KEY, &self.preferences),
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
