/** The order of the end-to-end files: those that share a stack (`keepUp`) follow each other. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Others come in between, by name. */
const FIRST = ['once/benches', 'dashboards', 'typed', 'once/faults', 'once/manual', 'streams', 'chaos', 'life'];
const LAST = ['all', 'images', 'containers', 'metrics', 'clean'];

export default class extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const endToEnd = files.filter(({ moduleId }) => nameOf(moduleId));
    const others = files.filter(({ moduleId }) => !nameOf(moduleId));
    const place = (moduleId: string) => {
      const name = nameOf(moduleId) ?? '';
      if (FIRST.includes(name)) return FIRST.indexOf(name);
      return FIRST.length + 1 + LAST.indexOf(name);
    };
    endToEnd.sort((a, b) => place(a.moduleId) - place(b.moduleId) || a.moduleId.localeCompare(b.moduleId));
    return [...(await super.sort(others)), ...endToEnd];
  }
}

const nameOf = (moduleId: string) => /\/e2e\/(.+)\.test\.ts$/.exec(moduleId)?.[1];
