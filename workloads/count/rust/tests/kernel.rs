//! Every form of the kernel against the definition, written down naively here and nowhere else.

use count::{Kernel, KernelError, Task, compute, compute_parallel};
use proptest::prelude::*;

fn by_definition(seed: u32, from: u64, to: u64) -> u32 {
    let mut sum = 0_u64;
    for i in from..to {
        let mut h = (i + u64::from(seed)) % (1 << 32);
        h ^= h >> 16;
        h = h * 0x85eb_ca6b % (1 << 32);
        h ^= h >> 13;
        h = h * 0xc2b2_ae35 % (1 << 32);
        h ^= h >> 16;
        sum = (sum + h) % (1 << 32);
    }
    sum as u32
}

proptest! {
    #[test]
    fn every_path_keeps_to_the_definition(
        seed: u32,
        // Up to the largest task's last index: most lie beyond 2^32.
        from in 0..=count::MAX_SIZE_QUEUED,
        length in 0_u64..5_000,
    ) {
        let expected = by_definition(seed, from, from + length);
        for kernel in Kernel::available() {
            prop_assert_eq!(compute(kernel, seed, from..from + length), expected, "{}", kernel);
        }
    }

    #[test]
    fn the_window_slides_by_one_term(seed: u32, ops in 1_u64..5_000) {
        let slid = compute(Kernel::detect(), seed, 0..ops)
            .wrapping_sub(count::fmix32(seed))
            .wrapping_add(count::fmix32(seed.wrapping_add(ops as u32)));
        prop_assert_eq!(slid, compute(Kernel::detect(), seed.wrapping_add(1), 0..ops));
    }
}

#[test]
fn a_pool_reaches_the_same_checksum() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let task = Task::from_json(br#"{"ops":1000003,"chunks":64,"seed":4294967295}"#, 2_000_000).unwrap();
    for kernel in Kernel::available() {
        assert_eq!(compute_parallel(&pool, kernel, &task), compute(kernel, task.seed, 0..task.ops), "{kernel}");
    }
}

#[test]
fn a_path_is_chosen_by_name() {
    for kernel in Kernel::available() {
        assert_eq!(kernel.path().parse(), Ok(kernel));
        assert_eq!(kernel.name(), format!("rust-{kernel}"));
    }
    assert_eq!("auto".parse(), Ok(Kernel::detect()));
    assert_eq!("AVX2".parse::<Kernel>(), Err(KernelError::Unknown));
    assert_eq!("".parse::<Kernel>(), Err(KernelError::Unknown));
    let foreign = if cfg!(target_arch = "aarch64") { "avx2" } else { "neon" };
    assert_eq!(foreign.parse::<Kernel>(), Err(KernelError::Unavailable));
}
