//! The main views, rendered with no display. `egui_kittest` draws into memory with the same renderer as the window
//! (wgpu, on lavapipe where there is no graphics card), so what is seen is what a window would show. It is a dependency
//! of the program and not of its tests alone: a renderer of our own into memory would be the same code once more.

use crate::{
    app::App,
    locale::Lang,
    logic::{Action, Clock, Page, Preferences, ThemeChoice},
    ui::map::Decoding,
};
use communaut_node::{NodeHandle, api::Communities};
use eframe::{
    egui_wgpu::{RenderState, RendererOptions, WgpuSetup},
    wgpu::Backends,
};
use egui_kittest::{
    Harness,
    wgpu::{WgpuTestRenderer, default_wgpu_setup},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// Points; the window's usual size.
const SIZE: [f32; 2] = [1280.0, 800.0];
/// How long a view may wait for its answers.
const ANSWERS_MAX: Duration = Duration::from_secs(30);
/// Frames drawn after the last answer: layouts settle in the second.
const SETTLE_FRAMES: usize = 6;
/// Between two looks for an answer.
const LOOK: Duration = Duration::from_millis(30);

/// Render the views of a node into a folder. Gives the files.
pub fn render(node: &NodeHandle, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let communities = node.ask_blocking(Communities).map_err(|failure| failure.to_string())?;
    let community = communities.first().ok_or("the sample's community has not arrived")?;
    let (group, proposal) = (community.id, community.governance.proposals.first().map(|proposal| proposal.id));
    let mut files = Vec::new();
    for (lang, theme, suffix) in [(Lang::Fr, ThemeChoice::Light, "fr-light"), (Lang::En, ThemeChoice::Dark, "en-dark")]
    {
        let mut stage = Stage::new(node, lang, theme)?;
        stage.save(folder, &format!("map-{suffix}"), &mut files)?;
        stage.act(Action::ShowOnMap(group))?;
        stage.save(folder, &format!("element-{suffix}"), &mut files)?;
        stage.act(Action::Select(None))?;
        stage.act(Action::Go(Page::Agenda))?;
        stage.save(folder, &format!("agenda-{suffix}"), &mut files)?;
        stage.act(Action::Go(Page::Governance))?;
        stage.save(folder, &format!("governance-{suffix}"), &mut files)?;
        stage.harness.state_mut().views().governance.open(proposal);
        stage.save(folder, &format!("proposal-{suffix}"), &mut files)?;
        stage.act(Action::Go(Page::Network))?;
        stage.save(folder, &format!("network-{suffix}"), &mut files)?;
    }
    Ok(files)
}

/// What draws into memory.
fn renderer() -> Result<WgpuTestRenderer, String> {
    // OpenGL asks for a display first and complains loudly where there is none: it comes last.
    let drawn = render_state(Backends::PRIMARY).or_else(|_| render_state(Backends::GL));
    drawn.map(WgpuTestRenderer::from_render_state).map_err(|why| {
        format!(
            "nothing can be rendered here ({why}): install a Vulkan driver, on Debian \
             `apt-get install --no-install-recommends libvulkan1 mesa-vulkan-drivers`"
        )
    })
}

fn render_state(backends: Backends) -> Result<RenderState, String> {
    let mut setup = default_wgpu_setup();
    if let WgpuSetup::CreateNew(new) = &mut setup {
        new.instance_descriptor.backends &= backends;
    }
    futures::executor::block_on(async {
        let instance = setup.new_instance().await;
        let configuration = eframe::WgpuConfiguration { wgpu_setup: setup, ..eframe::WgpuConfiguration::default() };
        RenderState::create(&configuration, &instance, None, RendererOptions::PREDICTABLE).await
    })
    .map_err(|error| error.to_string())
}

/// A window that nobody sees.
struct Stage {
    harness: Harness<'static, App>,
}

impl Stage {
    fn new(node: &NodeHandle, lang: Lang, theme: ThemeChoice) -> Result<Self, String> {
        let backend = Arc::new(node.clone());
        let preferences = Preferences { lang: Some(lang), theme, ..Preferences::default() };
        let dark = theme == ThemeChoice::Dark;
        let builder = Harness::builder()
            .with_size(SIZE)
            .with_pixels_per_point(1.0)
            .with_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light })
            .with_render_cursor(false)
            .renderer(renderer()?);
        let harness = builder.build_eframe(move |cc| {
            if let Some(state) = &cc.wgpu_render_state {
                crate::ui::map::install(state);
            }
            App::with(&cc.egui_ctx, backend, Clock::system(), preferences, Decoding::AtOnce)
        });
        let mut stage = Self { harness };
        stage.settle()?;
        Ok(stage)
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().act(&ctx, action);
        self.settle()
    }

    /// Draw until the search is answered and nothing is under way any more.
    fn settle(&mut self) -> Result<(), String> {
        let start = Instant::now();
        let mut quiet = 0;
        while quiet < SETTLE_FRAMES {
            self.harness.step();
            let app = self.harness.state();
            if app.selection().found.is_some() && !app.is_waiting() {
                quiet += 1;
            } else {
                quiet = 0;
                std::thread::sleep(LOOK);
            }
            if start.elapsed() > ANSWERS_MAX {
                return Err(format!("a view was not answered within {} s", ANSWERS_MAX.as_secs()));
            }
        }
        Ok(())
    }

    fn save(&mut self, folder: &Path, name: &str, files: &mut Vec<PathBuf>) -> Result<(), String> {
        self.settle()?;
        let picture = self.harness.render().map_err(|error| format!("nothing can be rendered here: {error}"))?;
        let path = folder.join(format!("{name}.png"));
        picture.save(&path).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        files.push(path);
        Ok(())
    }
}
