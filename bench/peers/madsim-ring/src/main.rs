//! Five nodes in a ring pass tokens over MadSim's simulated network. Prints one line of JSON: messages handled, the
//! seconds they took and the virtual seconds that passed.
//!
//! `madsim-ring TOKENS HOPS SEED`: each node starts TOKENS tokens, each of which is passed on until it was handled HOPS
//! times. HOPS is a multiple of five, so that every node handles TOKENS × HOPS messages.

use madsim::net::{Config as NetConfig, Endpoint};
use madsim::runtime::{Handle, Runtime};
use madsim::time::{sleep, Duration, Instant as VirtualInstant};
use madsim::Config;
use std::env;
use std::io::Result;
use std::net::SocketAddr;
use std::time::Instant;

const NODES: u64 = 5;
const PORT: u16 = 9000;
/// All messages carry this tag of MadSim's endpoints.
const TAG: u64 = 1;
/// Receives up to here; a token is eight bytes.
const BUFFER: usize = 64;

fn address(node: u64) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, node as u8 + 1], PORT))
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

async fn run_node(node: u64, tokens: u32, hops: u32) -> Result<()> {
    let endpoint = Endpoint::bind(address(node)).await?;
    let next = address((node + 1) % NODES);
    // All nodes are bound before the first token is sent: to a port that is not bound it would be lost.
    sleep(Duration::from_millis(100)).await;
    for number in 0..tokens {
        endpoint
            .send_to(next, TAG, &write_token(number, hops - 1))
            .await?;
    }
    let mut buffer = [0; BUFFER];
    for _ in 0..u64::from(tokens) * u64::from(hops) {
        let (length, _) = endpoint.recv_from(TAG, &mut buffer).await?;
        let (number, left) = read_token(&buffer[..length]);
        if left > 0 {
            endpoint
                .send_to(next, TAG, &write_token(number, left - 1))
                .await?;
        }
    }
    Ok(())
}

async fn run_ring(tokens: u32, hops: u32) -> Duration {
    let begun = VirtualInstant::now();
    let tasks: Vec<_> = (0..NODES)
        .map(|node| {
            let handle = Handle::current()
                .create_node()
                .ip(address(node).ip())
                .build();
            handle.spawn(run_node(node, tokens, hops))
        })
        .collect();
    for task in tasks {
        task.await
            .expect("a node ended")
            .expect("a node's network failed");
    }
    begun.elapsed()
}

fn argument(index: usize) -> u64 {
    let text = env::args()
        .nth(index)
        .expect("usage: madsim-ring TOKENS HOPS SEED");
    text.parse().expect("arguments are whole numbers")
}

fn main() {
    let (tokens, hops, seed) = (argument(1) as u32, argument(2) as u32, argument(3));
    let begun = Instant::now();
    let config = Config {
        net: NetConfig {
            packet_loss_rate: 0.0,
            // MadSim draws each whole nanosecond of the range as likely.
            send_latency: Duration::from_millis(1)..Duration::from_millis(10),
        },
        ..Config::default()
    };
    let runtime = Runtime::with_seed_and_config(seed, config);
    let simulated = runtime.block_on(run_ring(tokens, hops)).as_secs_f64();
    let seconds = begun.elapsed().as_secs_f64();
    let messages = NODES * u64::from(tokens) * u64::from(hops);
    println!("{{\"messages\":{messages},\"seconds\":{seconds},\"virtualSeconds\":{simulated}}}");
}
