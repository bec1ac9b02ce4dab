//! What the theory of queues expects. Times in means of a service.

/// Erlang C: the probability that somebody waits with `windows` at load `rho` (Erlang 1917), by the stable recursion over
/// Erlang's loss formula.
pub fn erlang_c(windows: u32, rho: f64) -> f64 {
    let offered = f64::from(windows) * rho;
    let loss = (1..=windows).fold(1.0, |loss, count| offered * loss / (f64::from(count) + offered * loss));
    loss / (1.0 - rho * (1.0 - loss))
}

/// The mean wait of M/M/c.
pub fn mean_wait(windows: u32, rho: f64) -> f64 {
    erlang_c(windows, rho) / (f64::from(windows) * (1.0 - rho))
}

/// The 95th percentile of the wait of M/M/c: who waits does so exponentially.
pub fn p95_wait(windows: u32, rho: f64) -> f64 {
    (erlang_c(windows, rho) / 0.05).ln().max(0.0) / (f64::from(windows) * (1.0 - rho))
}

/// Allen and Cunneen's approximation for services of another coefficient of variation (Allen 1990).
pub fn allen_cunneen(windows: u32, rho: f64, service_cv: f64) -> f64 {
    mean_wait(windows, rho) * (1.0 + service_cv.powi(2)) / 2.0
}

/// Cobham's mean waits under strict priority without interruption, the first class first (Cobham 1954).
pub fn cobham(windows: u32, loads: &[f64]) -> Vec<f64> {
    let rho: f64 = loads.iter().sum();
    let residual = erlang_c(windows, rho) / f64::from(windows);
    let mut before = 0.0;
    let wait = |load: &f64| {
        let above = before;
        before += load;
        residual / ((1.0 - above) * (1.0 - before))
    };
    loads.iter().map(wait).collect()
}

/// Kleinrock's mean waits under accumulating priority, the class with the least rate first (Kleinrock 1964).
pub fn kleinrock(windows: u32, loads: &[f64], rates: &[f64]) -> Vec<f64> {
    let rho: f64 = loads.iter().sum();
    let residual = erlang_c(windows, rho) / f64::from(windows);
    let mut waits: Vec<f64> = Vec::new();
    for own in 0..loads.len() {
        let below: f64 = (0..own).map(|class| loads[class] * waits[class] * (1.0 - rates[class] / rates[own])).sum();
        let above: f64 = (own + 1..loads.len()).map(|class| loads[class] * (1.0 - rates[own] / rates[class])).sum();
        waits.push((residual / (1.0 - rho) - below) / (1.0 - above));
    }
    waits
}
