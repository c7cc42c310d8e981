//! The arithmetic: one body, compiled once for every vector extension, the widest chosen at run time.

use std::{fmt, hint, ops::Range, str::FromStr};

/// The finaliser of MurmurHash3 (x86, 32 bit; Austin Appleby, public domain).
#[inline(always)]
pub const fn fmix32(mut h: u32) -> u32 {
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// A compiled form of the kernel that this CPU can run. There is no other way to make one than to ask the CPU, which
/// is what makes [`compute`] safe to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Path);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// Every name `KERNEL` may have, whatever the machine.
const NAMES: [&str; 6] = ["auto", "scalar", "sse2", "avx2", "avx512", "neon"];

impl Kernel {
    /// The forms this CPU can run, narrowest first; never empty.
    pub fn available() -> Vec<Kernel> {
        let mut paths = vec![Path::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            paths.push(Path::Sse2);
            if is_x86_feature_detected!("avx2") {
                paths.push(Path::Avx2);
            }
            if is_x86_feature_detected!("avx512f") {
                paths.push(Path::Avx512);
            }
        }
        #[cfg(target_arch = "aarch64")]
        paths.push(Path::Neon);
        paths.into_iter().map(Kernel).collect()
    }

    /// The widest form this CPU can run.
    pub fn detect() -> Kernel {
        Self::available().pop().unwrap_or(Kernel(Path::Scalar))
    }

    /// Which form it is: a value of `KERNEL`, the label of `kernel_info{path}`.
    pub fn path(self) -> &'static str {
        match self.0 {
            Path::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Path::Sse2 => "sse2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => "avx512",
            #[cfg(target_arch = "aarch64")]
            Path::Neon => "neon",
        }
    }

    /// Its name in answers: `rust-<path>`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Path::Scalar => "rust-scalar",
            #[cfg(target_arch = "x86_64")]
            Path::Sse2 => "rust-sse2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => "rust-avx2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => "rust-avx512",
            #[cfg(target_arch = "aarch64")]
            Path::Neon => "rust-neon",
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// Why a value of `KERNEL` cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// No machine has it.
    #[error("must be one of {}", NAMES.join(", "))]
    Unknown,
    /// Other machines have it.
    #[error("this CPU cannot run it; it can run {}", available_paths())]
    Unavailable,
}

fn available_paths() -> String {
    Kernel::available().into_iter().map(Kernel::path).collect::<Vec<_>>().join(", ")
}

impl FromStr for Kernel {
    type Err = KernelError;

    /// Reads a value of `KERNEL`; `auto` is the widest form this CPU can run.
    fn from_str(name: &str) -> Result<Self, KernelError> {
        if name == "auto" {
            return Ok(Self::detect());
        }
        let found = Self::available().into_iter().find(|kernel| kernel.path() == name);
        found.ok_or(if NAMES.contains(&name) { KernelError::Unavailable } else { KernelError::Unknown })
    }
}

/// The sum modulo 2^32 of `fmix32(i + seed)` for i in `range`, on the calling thread; an empty range yields 0.
pub fn compute(kernel: Kernel, seed: u32, range: Range<u64>) -> u32 {
    match kernel.0 {
        Path::Scalar => sum(seed, range, hint_scalar),
        // SSE2 belongs to every x86-64 CPU, NEON to every AArch64 one: the compiler uses them without being told.
        #[cfg(target_arch = "x86_64")]
        Path::Sse2 => sum(seed, range, identity),
        #[cfg(target_arch = "aarch64")]
        Path::Neon => sum(seed, range, identity),
        // SAFETY: a `Kernel` with this path exists only where the CPU was found to have AVX2.
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 => unsafe { sum_avx2(seed, range) },
        // SAFETY: a `Kernel` with this path exists only where the CPU was found to have AVX-512F.
        #[cfg(target_arch = "x86_64")]
        Path::Avx512 => unsafe { sum_avx512(seed, range) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(seed: u32, range: Range<u64>) -> u32 {
    sum(seed, range, identity)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn sum_avx512(seed: u32, range: Range<u64>) -> u32 {
    sum(seed, range, identity)
}

/// Ops after which the outer loop starts the inner one again: any u32 would do, the counter only must not be 64 bit
/// wide, or half of every vector is lost.
const BLOCK: u64 = 1 << 24;

#[inline(always)]
fn sum(seed: u32, range: Range<u64>, word: impl Fn(u32) -> u32) -> u32 {
    let mut total = 0_u32;
    let mut from = range.start;
    while from < range.end {
        let n = (range.end - from).min(BLOCK);
        // Only the low 32 bits of an index matter to fmix32.
        let first = (from as u32).wrapping_add(seed);
        for i in 0..n as u32 {
            total = total.wrapping_add(fmix32(word(first.wrapping_add(i))));
        }
        from += n;
    }
    total
}

#[inline(always)]
fn identity(word: u32) -> u32 {
    word
}

/// Takes each word out of the optimiser's sight, so that this path stays one op at a time: an honest control.
#[inline(always)]
fn hint_scalar(word: u32) -> u32 {
    hint::black_box(word)
}
