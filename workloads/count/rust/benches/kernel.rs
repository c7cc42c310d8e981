//! Ops per second of every form of the kernel this machine can run, on one core and on a pool:
//! `cargo bench -p count`.

use std::hint::black_box;

use count::{Kernel, Task, compute, compute_parallel};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn kernels(c: &mut Criterion) {
    let task = Task::default();

    let mut group = c.benchmark_group("one core");
    group.throughput(Throughput::Elements(task.ops)).sample_size(20);
    for kernel in Kernel::available() {
        group.bench_function(kernel.path(), |b| b.iter(|| compute(kernel, black_box(task.seed), 0..task.ops)));
    }
    group.finish();

    #[expect(clippy::expect_used, reason = "a bench may fail")]
    let pool = rayon::ThreadPoolBuilder::new().build().expect("a pool of this machine's width");
    let kernel = Kernel::detect();
    let mut group = c.benchmark_group(format!("{} threads", pool.current_num_threads()));
    group.throughput(Throughput::Elements(task.ops)).sample_size(20);
    group.bench_function(kernel.path(), |b| b.iter(|| compute_parallel(&pool, kernel, black_box(&task))));
    group.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
