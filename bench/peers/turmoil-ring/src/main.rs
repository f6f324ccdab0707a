//! Five nodes in a ring pass tokens over Turmoil's simulated UDP. Prints one line of JSON: messages handled, the seconds
//! they took and the virtual seconds that passed.
//!
//! `turmoil-ring TOKENS HOPS SEED`: each node starts TOKENS tokens, each of which is passed on until it was handled HOPS
//! times. HOPS is a multiple of five, so that every node handles TOKENS × HOPS messages.

use std::env;
use std::time::{Duration, Instant};
use turmoil::net::UdpSocket;
use turmoil::{Builder, Result};

const NODES: u64 = 5;
const PORT: u16 = 9000;
/// Receives up to here; a token is eight bytes.
const BUFFER: usize = 64;

fn name(node: u64) -> String {
    format!("n{}", node + 1)
}

/// A token is its number and how often it is still to be passed on, four bytes each.
fn write_token(number: u32, hops: u32) -> [u8; 8] {
    let mut token = [0; 8];
    token[..4].copy_from_slice(&number.to_be_bytes());
    token[4..].copy_from_slice(&hops.to_be_bytes());
    token
}

fn read_token(bytes: &[u8]) -> (u32, u32) {
    let number = u32::from_be_bytes(bytes[..4].try_into().expect("a token has eight bytes"));
    let hops = u32::from_be_bytes(bytes[4..8].try_into().expect("a token has eight bytes"));
    (number, hops)
}

async fn run_node(node: u64, tokens: u32, hops: u32) -> Result {
    let socket = UdpSocket::bind(("0.0.0.0", PORT)).await?;
    // Resolved once, as a program would that talks to one neighbour.
    let next = (turmoil::lookup(name((node + 1) % NODES)), PORT);
    for number in 0..tokens {
        socket.send_to(&write_token(number, hops - 1), next).await?;
    }
    let mut buffer = [0; BUFFER];
    for _ in 0..u64::from(tokens) * u64::from(hops) {
        let (length, _) = socket.recv_from(&mut buffer).await?;
        let (number, left) = read_token(&buffer[..length]);
        if left > 0 {
            socket.send_to(&write_token(number, left - 1), next).await?;
        }
    }
    Ok(())
}

fn argument(index: usize) -> u64 {
    let text = env::args()
        .nth(index)
        .expect("usage: turmoil-ring TOKENS HOPS SEED");
    text.parse().expect("arguments are whole numbers")
}

fn main() -> Result {
    let (tokens, hops, seed) = (argument(1) as u32, argument(2) as u32, argument(3));
    let begun = Instant::now();
    // Turmoil draws min + (max − min) · Exp(curve), in whole milliseconds, at most max: here 1 ms plus 4.5 ms on average.
    let mut sim = Builder::new()
        .rng_seed(seed)
        .simulation_duration(Duration::from_secs(1_000_000_000))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(100))
        .udp_capacity((NODES as usize) * (tokens as usize))
        .build();
    sim.set_message_latency_curve(22.0);
    for node in 0..NODES {
        sim.client(name(node), run_node(node, tokens, hops));
    }
    sim.run()?;
    let seconds = begun.elapsed().as_secs_f64();
    let messages = NODES * u64::from(tokens) * u64::from(hops);
    let simulated = sim.elapsed().as_secs_f64();
    println!("{{\"messages\":{messages},\"seconds\":{seconds},\"virtualSeconds\":{simulated}}}");
    Ok(())
}
