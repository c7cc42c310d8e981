/** Whether there is Rust that nobody has looked at yet. */
import { execFileSync } from 'node:child_process';
import { root } from '../settings.ts';

/** All that clippy's findings depend on. */
const RUST = ['*.rs', '*Cargo.toml', 'Cargo.lock', 'clippy.toml', 'rust-toolchain.toml'];

/**
 * A reason to leave clippy out: the Rust here is that of the main branch, which CI has looked at. Where none of its work
 * is kept, it compiles every dependency for itself, which takes minutes.
 */
export function rustIsUnchanged(folder = root): string | undefined {
  const git = gitOf(folder);
  const base = ['@{upstream}', 'origin/HEAD', 'main', 'HEAD']
    .map((ref) => git('merge-base', ref, 'HEAD'))
    .find(Boolean);
  if (!base) return undefined;
  const changed = git('diff', '--name-only', base, '--', ...RUST);
  const added = git('ls-files', '--others', '--exclude-standard', '--', ...RUST);
  return changed === '' && added === '' ? 'left out: the Rust is that of the main branch' : undefined;
}

/** What git prints, or undefined if it cannot say, e.g. where there is no repository. */
const gitOf =
  (cwd: string) =>
  (...args: string[]): string | undefined => {
    try {
      return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return undefined;
    }
  };
