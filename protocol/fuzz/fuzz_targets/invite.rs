#![no_main]

#[path = "../../tests/props/targets.rs"]
#[allow(dead_code, reason = "each target uses its part")]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::invite(data));
