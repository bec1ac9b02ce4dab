//! `ticket-dispenser printer status | test`: one look at the printer, or one slip, without the rest of the dispenser.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use firmware_config::{Dispenser, Profile, dispenser::BackEnd};
use jiff::{Timestamp, tz::TimeZone};
use ticket_dispenser::{
    printer::{EscPos, Proof},
    shell, slip,
};

use crate::{Failure, dispenser};

/// The printer does not print.
const DOES_NOT_PRINT: u8 = 1;
/// The profile can't be used; as clap says it of the arguments.
const BAD_PROFILE: u8 = 2;

/// Ask the printer of a profile how it is, or print a slip on it. 查询打印机状态，或打印测试小票。
///
/// A printer takes one connection at a time: stop the dispenser first. 打印机同时只接受一个连接，请先停止取号程序。
///
/// Exit code 退出码: 0 it prints 可打印, 1 it does not 不能打印, 2 the profile or the arguments are wrong 配置或参数有误.
#[derive(Args)]
pub struct PrinterArgs {
    /// What to do. 操作。
    act: Act,
    /// The device's profile, a TOML file. 设备配置文件。
    #[arg(long, value_name = "FILE")]
    profile: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Act {
    /// Where it is, how it is, what it can say. 位置、状态、应答能力。
    Status,
    /// Print a slip that is nobody's number. 打印一张测试小票。
    Test,
}

/// Does it, and says what came of it.
pub fn run(args: &PrinterArgs) -> ExitCode {
    let (code, text) = match perform(args) {
        Ok(text) => (0, text),
        Err(failure @ (Failure::Profile(_) | Failure::Role { .. })) => (BAD_PROFILE, failure.to_string()),
        Err(failure) => (DOES_NOT_PRINT, failure.to_string()),
    };
    // Nobody is left to be told when this can't be written.
    let _ = if code == 0 { writeln!(io::stdout(), "{text}") } else { writeln!(io::stderr(), "{text}") };
    ExitCode::from(code)
}

fn perform(args: &PrinterArgs) -> Result<String, Failure> {
    let loaded = Profile::load(&args.profile)?;
    let dispenser = dispenser(&args.profile, loaded.role())?;
    match dispenser.printer.back_end {
        BackEnd::Png => Err(Failure::NoPrinter { back_end: "png" }),
        BackEnd::Terminal => Err(Failure::NoPrinter { back_end: "terminal" }),
        _ => ask(args.act, dispenser),
    }
}

fn ask(act: Act, dispenser: &Dispenser) -> Result<String, Failure> {
    let mut printer = EscPos::new(&dispenser.printer);
    let status = printer.look()?;
    let place = printer.place().unwrap_or_default().to_owned();
    if !status.prints() {
        return Err(Failure::DoesNotPrint { place, status });
    }
    match act {
        Act::Status => Ok(format!("{place}: {status}\n{}", abilities(&printer))),
        Act::Test => test(&mut printer, dispenser).map(|how| format!("{place}: {how}")),
    }
}

fn abilities(printer: &EscPos) -> &'static str {
    match printer.confirms() {
        Some(true) => "It says when a slip is done. 打印机会确认每张小票已打印完成。",
        Some(false) => {
            "It does not say when a slip is done; its status must do. 打印机不确认打印完成，只能依据其状态判断。"
        }
        None => "It is not asked anything (answers = false). 未启用应答（answers = false）。",
    }
}

/// Prints a slip that is nobody's number.
fn test(printer: &mut EscPos, dispenser: &Dispenser) -> Result<&'static str, Failure> {
    let zone = TimeZone::system();
    let (mut face, style, _) = shell::drawing(dispenser, &zone)?;
    let now_ms = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default();
    let raster = slip::render(&mut face, &slip::specimen(dispenser.lane, String::new(), now_ms), &style);
    let proof = printer.print(&raster)?;
    Ok(match proof {
        Proof::Confirmed => "printed and confirmed. 已打印并确认。",
        Proof::StayedWell => "printed, as far as its status tells. 已打印（依据打印机状态判断）。",
        Proof::Taken => "sent; whether it came out, only you can see. 已发送；是否打出请查看打印机。",
    })
}
