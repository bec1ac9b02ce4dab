//! One page about a run: the verdict, then the figures.

use std::fmt::Write;

use super::options::What;
use super::summary::Summary;
use super::verdict::is_good;
use crate::bench::Percentiles;

/// The page, in Markdown.
pub fn page(summary: &Summary) -> String {
    let plan = &summary.plan;
    let mut page = String::new();
    let what = match plan.what {
        What::Hall => "A hall 大厅",
        What::District => "A district in one hall 一个大厅承载全区",
        What::Soak => "Days at 60 times the speed 60倍速连续运行",
    };
    let verdict = if is_good(summary) { "good 合格" } else { "not good 不合格" };
    // Writing to a String can't fail, here and below.
    let _ = writeln!(page, "# {what}: {verdict}\n\n| limit | | measured | held |\n|---|---|---|---|");
    for of in &summary.verdicts {
        let held = of.held.map_or("not judged", |held| if held { "yes" } else { "**no**" });
        let _ = writeln!(page, "| {} | ≤ {} | {} | {held} |", of.what, of.limit, of.measured);
    }
    what_was_held(&mut page, summary);
    times(&mut page, summary);
    others(&mut page, summary);
    page.push_str("\n![memory, descriptors, processors and latency over time](series.svg)\n");
    page
}

fn what_was_held(page: &mut String, summary: &Summary) {
    let (plan, machine) = (&summary.plan, &summary.machine);
    let _ = writeln!(
        page,
        "\n{:.1} min; {} displays, {} consoles, {} dispensers, {} boards and pages of windows, {} telephones, {} managers' \
         screens; {} wait. {} visits, {:.2} orders/s ({:.2} asked for; a peak at Tongxiang is {:.3} visits/s, 4 orders each). \
         Crowded phases of {} s with {} stalled and {} slow readers, in turn with calm ones.",
        summary.lasted_s / 60.0,
        plan.displays,
        plan.consoles,
        plan.dispensers,
        plan.boards,
        plan.phones,
        plan.managers,
        plan.waiting,
        summary.visits,
        summary.orders_per_s,
        plan.orders_per_s,
        plan.peak_visits_per_s,
        plan.phase_s,
        plan.stalled,
        plan.slow,
    );
    let _ = writeln!(
        page,
        "\nThe machine: {} processors; load average {:.1} before and {:.1} during the run; the server took {:.3} processors, \
         the generator {:.3}.",
        machine.processors, machine.load_average.0, machine.load_average.1, machine.server_cpus, machine.generator_cpus,
    );
}

fn times(page: &mut String, summary: &Summary) {
    page.push_str("\n| ms | p50 | p99 | max | count |\n|---|---|---|---|---|\n");
    let mut row = |name: &str, of: Option<&Percentiles>| {
        if let Some(of) = of {
            let _ = writeln!(page, "| {name} | {:.2} | {:.2} | {:.1} | {} |", of.p50, of.p99, of.max, of.count);
        }
    };
    for (kind, of) in &summary.answers_ms {
        row(&format!("press → answer, {kind}"), Some(of));
    }
    row("press → each display", summary.display_ms.as_ref());
    row("press → last display", summary.last_display_ms.as_ref());
    let crowd = &summary.crowd;
    for (at, phase) in ["calm", "crowded"].into_iter().enumerate() {
        row(&format!("next → answer, {phase}"), crowd.answer_ms[at].as_ref());
        row(&format!("next → each display, {phase}"), crowd.display_ms[at].as_ref());
        row(&format!("flush of the disk, {phase}"), crowd.flush_ms[at].as_ref());
        row(&format!("clerks' answers without the disk, {phase}"), crowd.answer_without_disk_ms[at].as_ref());
        row(&format!("displays without the disk, {phase}"), crowd.display_without_disk_ms[at].as_ref());
    }
}

fn others(page: &mut String, summary: &Summary) {
    let (memory, files) = (&summary.memory, &summary.descriptors);
    let visit =
        memory.visit_kib.map_or(String::new(), |kib| format!(" A visit takes {kib:.1} KiB until the next day."));
    let _ = writeln!(
        page,
        "\nMemory, MiB: {:.1} alone, {:.1} after the first round, {:.1} at the end ({:+.1} %), {:.1} at most.{visit}\n\n\
         Descriptors: {} before anybody came, {} after all left, {} at most; beyond the connections {} after the first round and \
         {} at the end. Threads: {} to {}.",
        memory.alone,
        memory.begin,
        memory.end,
        memory.growth_percent,
        memory.most,
        files.before,
        files.after,
        files.most,
        files.beyond[0],
        files.beyond[1],
        summary.threads.0,
        summary.threads.1,
    );
    if let (Some(first), Some(last)) = (memory.rehearsals.first(), memory.rehearsals.last()) {
        let storms = memory.rehearsals.len();
        let _ = writeln!(
            page,
            "\nBefore the run, {storms} storms were rehearsed: {first:.1} MiB after the first, {last:.1} after the last."
        );
    }
    for habit in ["deaf", "silent", "slow"] {
        let cuts: Vec<_> = summary.crowd.cuts.iter().filter(|cut| cut.habit == habit).collect();
        if cuts.is_empty() {
            continue;
        }
        let most = |of: fn(&super::ledger::Cut) -> f64| cuts.iter().map(|cut| of(cut)).fold(0.0, f64::max);
        let (after_s, after_stuck_s) = (most(|cut| cut.after_s), most(|cut| cut.after_stuck_s));
        let _ = writeln!(
            page,
            "\nReaders that are {habit}: {} cut, at most {after_s:.1} s after their hello and {after_stuck_s:.1} s after the last \
             byte that they took.",
            cuts.len(),
        );
    }
    for storm in &summary.storms {
        let _ = writeln!(
            page,
            "\nStorm at {:.0} s: {} displays came back at once; half saw their window after {:.2} s, the last after {:.2} s.",
            storm.at_s, storm.displays, storm.half_s, storm.last_s
        );
    }
    for (error, count) in &summary.errors {
        let _ = writeln!(page, "\nError, {count} times: {error}");
    }
}
