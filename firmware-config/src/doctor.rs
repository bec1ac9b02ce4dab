//! A device examined step by step, with the technician who stands before it. What can be looked at is looked at; what only people
//! can see or hear is asked.
//!
//! - in this file: the steps that a plan asks for, and what each finds; pure
//! - [`here`]: the machine on which it runs

pub mod here;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, io};

use protocol::Text;

use crate::{
    Plan, Role,
    dispenser::BackEnd,
    display::{Max7219, PanelBackEnd},
    folder::FolderError,
    machine::{Board, Card},
};

/// Where a Raspberry Pi says what it is.
const MODEL: &str = "/proc/device-tree/model";

/// What the examination needs of the machine.
pub trait Body {
    /// A file of the system.
    ///
    /// # Errors
    /// It is not there, or can't be read.
    fn read(&self, path: &str) -> io::Result<String>;

    /// Whether a path is there.
    fn has(&self, path: &str) -> bool;

    /// What is not as the profile says.
    ///
    /// # Errors
    /// The system refuses.
    fn differences(&self, plan: &Plan) -> Result<Vec<String>, FolderError>;

    /// Reaches an address, `host:port`.
    ///
    /// # Errors
    /// It can't be reached.
    fn reach(&self, address: &str) -> io::Result<()>;

    /// Runs a program to its end; whether it was content, and what it said.
    ///
    /// # Errors
    /// It can't be started.
    fn run(&mut self, command: &[&str]) -> io::Result<(bool, String)>;

    /// The same before the eyes of the technician, who sees what it says.
    ///
    /// # Errors
    /// It can't be started.
    fn show(&mut self, command: &[&str]) -> io::Result<bool>;

    /// Asks the technician; `None` = nobody is there to answer.
    fn ask(&mut self, question: &Text) -> Option<bool>;
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Every file is as the profile says.
    Files,
    /// The board is the one of the profile.
    Board,
    /// These device files are there, or one of them.
    Wires(Vec<String>),
    /// The server can be reached, at this address.
    Server(String),
    /// The clock is set by the network.
    Clock,
    /// The program's own look at its profile, printer, font and disk.
    Program(&'static str),
    /// A trial that a person must see or hear.
    Trial {
        /// The program with its words; its profile follows.
        command: Vec<&'static str>,
        /// What is asked afterwards.
        question: Text,
    },
}

/// What a step found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// All is well.
    Well(Text),
    /// Something is wrong, with its remedy.
    Wrong(Text),
    /// Nobody can tell.
    Unknown(Text),
}

/// The steps for a device, from what must be there to what must be seen.
pub fn steps(plan: &Plan) -> Vec<Step> {
    let mut steps = vec![Step::Files, Step::Board];
    let wires = wires(plan);
    if !wires.is_empty() {
        steps.push(Step::Wires(wires.into_iter().collect()));
    }
    steps.extend(address(&plan.profile.server).map(Step::Server));
    steps.extend([Step::Clock, Step::Program(plan.service())]);
    steps.extend(trials(plan));
    steps
}

/// Does a step. `profile` is the file of the plan: the programs read it too.
pub fn examine(step: &Step, plan: &Plan, profile: &str, body: &mut dyn Body) -> Found {
    match step {
        Step::Files => files(plan, body),
        Step::Board => board(plan, body),
        Step::Wires(wires) => there(wires, body),
        Step::Server(address) => server(address, body),
        Step::Clock => clock(body),
        Step::Program(program) => own_check(program, profile, body),
        Step::Trial { command, question } => trial(command, question, profile, body),
    }
}

/// What a step is about.
pub fn title(step: &Step) -> Text {
    match step {
        Step::Files => Text::new("系统文件", "Files of the system"),
        Step::Board => Text::new("主板", "Board"),
        Step::Wires(_) => Text::new("接口", "Buses and ports"),
        Step::Server(address) => Text::new(format!("服务器 {address}"), format!("Server {address}")),
        Step::Clock => Text::new("时钟", "Clock"),
        Step::Program(program) => Text::new(format!("程序 {program}"), format!("Program {program}")),
        Step::Trial { command, .. } => Text::new(command.join(" "), command.join(" ")),
    }
}

fn wires(plan: &Plan) -> BTreeSet<String> {
    let mut wires = BTreeSet::new();
    if plan.profile.machine.sound.card != Card::None {
        wires.insert("/dev/snd".into());
    }
    let lines = match &plan.profile.role {
        Role::Dispenser(dispenser) => {
            if !dispenser.gpio.is_empty() {
                wires.insert("/dev/gpiomem".into());
            }
            let usb = dispenser.printer.device.as_deref().filter(|_| dispenser.printer.back_end == BackEnd::UsbFile);
            vec![usb, dispenser.printer.line(), dispenser.scanner.line()]
        }
        Role::Display(display) => {
            if display.panel.back_end == PanelBackEnd::Max7219 {
                let Max7219 { spi_bus, spi_select, .. } = display.panel.max7219;
                wires.insert(format!("/dev/spidev{spi_bus}.{spi_select}"));
            }
            vec![display.panel.line()]
        }
        Role::Speaker(_) => Vec::new(),
    };
    wires.extend(lines.into_iter().flatten().map(|line| line.display().to_string()));
    wires
}

fn trials(plan: &Plan) -> Vec<Step> {
    let trial = |command: &[&'static str], zh: &str, en: &str| Step::Trial {
        command: command.into(),
        question: Text::new(zh, en),
    };
    let voice = || {
        trial(
            &["window-display", "voice", "test"],
            "听到提示音和中英文叫号了吗？音量是否合适？",
            "Did you hear the chime and the call in both languages, loud enough?",
        )
    };
    let has_sound = plan.profile.machine.sound.card != Card::None;
    match &plan.profile.role {
        Role::Dispenser(dispenser) => {
            let pins =
                trial(&["ticket-dispenser", "pins", "test"], "指示灯闪了三次吗？", "Did the lamp light three times?");
            let slip = trial(
                &["ticket-dispenser", "printer", "test"],
                "小票打印完整、裁切整齐、二维码可扫吗？",
                "Is the slip whole and cut, and can its QR code be scanned?",
            );
            let pins = (!dispenser.gpio.is_empty()).then_some(pins);
            let slip = (!matches!(dispenser.printer.back_end, BackEnd::Png | BackEnd::Terminal)).then_some(slip);
            pins.into_iter().chain(slip).collect()
        }
        Role::Display(_) => {
            let panel = trial(
                &["window-display", "panel", "test"],
                "屏幕全亮、计数、叫号都正常，字是正的吗？",
                "Did all dots light, did it count, and was the call upright?",
            );
            [panel].into_iter().chain(has_sound.then(voice)).collect()
        }
        Role::Speaker(_) => vec![voice()],
    }
}

fn files(plan: &Plan, body: &dyn Body) -> Found {
    match body.differences(plan) {
        Ok(differences) if differences.is_empty() => Found::Well(Text::new("与配置一致。", "As the profile says.")),
        Ok(differences) => {
            let (count, list) = (differences.len(), differences.join("\n"));
            Found::Wrong(Text::new(
                format!("{count} 处与配置不同，请用 firmware-config render 重新生成并复制：\n{list}"),
                format!("{count} differ from the profile; render and copy them again:\n{list}"),
            ))
        }
        Err(why) => Found::Unknown(Text::new(format!("无法比较：{why}"), format!("They can't be compared: {why}"))),
    }
}

fn board(plan: &Plan, body: &dyn Body) -> Found {
    let wanted = plan.profile.machine.board;
    match (body.read(MODEL), wanted) {
        (Ok(model), Board::Debian) => Found::Well(Text::new(model.clone(), model)),
        (Ok(model), wanted) => {
            let model = model.trim_end_matches('\0').to_owned();
            if wanted.is(&model) {
                return Found::Well(Text::new(model.clone(), model));
            }
            let word = wanted.word();
            Found::Wrong(Text::new(
                format!("本机是 {model}，配置为 {word}；请修改 [machine] board。"),
                format!("This is a {model}, and the profile says {word}; mend board in [machine]."),
            ))
        }
        (Err(_), Board::Debian) => Found::Well(Text::new("普通 Debian 主机。", "A machine with Debian.")),
        (Err(_), wanted) => {
            let word = wanted.word();
            Found::Wrong(Text::new(
                format!("本机不是树莓派，配置为 {word}；请修改 [machine] board 为 \"debian\"。"),
                format!("This is no Raspberry Pi, and the profile says {word}; write board = \"debian\" in [machine]."),
            ))
        }
    }
}

fn there(wires: &[String], body: &dyn Body) -> Found {
    let missing: Vec<&str> = wires.iter().map(String::as_str).filter(|path| !body.has(path)).collect();
    if missing.is_empty() {
        let all = wires.join(", ");
        return Found::Well(Text::new(all.clone(), all));
    }
    let missing = missing.join(", ");
    Found::Wrong(Text::new(
        format!("缺少 {missing}。请检查接线，确认已复制 /boot/firmware/config.txt 并已重新启动。"),
        format!(
            "{missing} is missing. Look at the plug, and whether /boot/firmware/config.txt was copied and the device restarted."
        ),
    ))
}

fn server(address: &str, body: &dyn Body) -> Found {
    match body.reach(address) {
        Ok(()) => Found::Well(Text::new("可以连接。", "It can be reached.")),
        Err(why) => Found::Wrong(Text::new(
            format!("无法连接：{why}。请检查网线、地址，以及服务器是否已启动。"),
            format!("It can't be reached: {why}. Look at the cable, the address, and whether the server runs."),
        )),
    }
}

fn clock(body: &mut dyn Body) -> Found {
    match body.run(&["timedatectl", "show", "--property=NTPSynchronized", "--value"]) {
        Ok((true, said)) if said.trim() == "yes" => {
            Found::Well(Text::new("已与网络时间同步。", "It is set by the network."))
        }
        Ok((true, _)) => Found::Wrong(Text::new(
            "尚未同步。请检查 machine.time_servers 中的时间服务器能否连接；断网时号码上的时间可能不准。",
            "It is not set yet. Look whether the time servers of machine.time_servers can be reached; cut off, slips show this time.",
        )),
        Ok((false, why)) => unknown(&why),
        Err(why) => unknown(&why.to_string()),
    }
}

fn own_check(program: &str, profile: &str, body: &mut dyn Body) -> Found {
    match body.run(&[program, "--profile", profile, "--check"]) {
        Ok((true, said)) => Found::Well(Text::new(said.trim().to_owned(), said.trim().to_owned())),
        Ok((false, said)) => Found::Wrong(Text::new(said.trim().to_owned(), said.trim().to_owned())),
        Err(why) => Found::Wrong(Text::new(
            format!("无法运行 {program}：{why}。请安装它的软件包。"),
            format!("{program} can't be run: {why}. Install its package."),
        )),
    }
}

fn trial(command: &[&'static str], question: &Text, profile: &str, body: &mut dyn Body) -> Found {
    let command: Vec<&str> = command.iter().copied().chain(["--profile", profile]).collect();
    match body.show(&command) {
        Ok(true) => match body.ask(question) {
            Some(true) => Found::Well(Text::new("已确认。", "Confirmed.")),
            Some(false) => Found::Wrong(Text::new(
                "未通过。请检查接线、供电和配置中的相应一节，然后重试。",
                "Not right. Look at wires, power and the section of the profile, then try again.",
            )),
            None => Found::Unknown(Text::new("无人确认。", "Nobody is there to say so.")),
        },
        Ok(false) => Found::Wrong(Text::new("测试失败，原因见上。", "The trial failed, as it says above.")),
        Err(why) => unknown(&why.to_string()),
    }
}

fn unknown(why: &str) -> Found {
    Found::Unknown(Text::new(format!("无法得知：{}", why.trim()), format!("It can't be told: {}", why.trim())))
}

/// `http://hall.example:8080/` as `hall.example:8080`.
fn address(server: &str) -> Option<String> {
    let (scheme, rest) = server.split_once("://")?;
    let host = rest.split('/').next()?;
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let port = if scheme == "https" { 443 } else { 80 };
    Some(if has_port { host.to_owned() } else { format!("{host}:{port}") })
}
