/** What became of everything that was asked for. Each line adds up, or says that it does not. */
import type { Account, Lane } from '../../src/contract.ts';
import { attribute, html, text } from '../dom.ts';
import { controlLine, number } from '../format.ts';
import type { Model } from '../model/model.ts';
import { Part } from './part.ts';

export class AccountLines extends Part {
  readonly #model: Model;
  readonly #lane: string;
  readonly #requests = html('p');
  readonly #jobs = html('p', { class: 'jobs' });
  readonly #lost = html('strong', { class: 'lost' });
  readonly #reasons = html('p', { class: 'reasons' });
  readonly #control = html('p', { class: 'control' });

  constructor(model: Model, lane: string) {
    super();
    this.#model = model;
    this.#lane = lane;
  }

  connectedCallback() {
    this.append(this.#requests, html('div', {}, this.#jobs, this.#lost), this.#reasons, this.#control);
  }

  show() {
    const { latest } = this.#model.lane(this.#lane);
    if (!latest) return;
    attribute(this, 'data-old', !this.#model.current);
    const { account } = latest;
    text(this.#requests, unbroken(requests(account)));
    attribute(this.#requests, 'data-wrong', !account.addsUp || account.wrong > 0);
    text(this.#jobs, account.jobs ? unbroken(jobs(account.jobs)) : '');
    text(this.#lost, account.jobs ? `${number(account.jobs.lost)} lost` : '');
    attribute(this.#lost, 'data-wrong', (account.jobs?.lost ?? 0) > 0);
    text(this.#reasons, reasons(latest));
    const { control } = this.#model;
    text(this.#control, control && account.jobs ? controlLine(control) : '');
  }
}

function requests(account: Account): string {
  const parts = [
    ...(account.jobs ? [] : [`${number(account.ok)} ok`]),
    ...(account.jobs ? [`${number(account.accepted)} accepted`] : []),
    `${number(account.refused)} refused`,
    `${number(account.failed)} failed`,
    `${number(account.unknown)} unknown`,
    `${number(account.open)} open`,
  ];
  if (account.jobs && account.ok > 0) parts.unshift(`${number(account.ok)} ok`);
  if (!account.jobs && account.accepted > 0) parts.unshift(`${number(account.accepted)} accepted`);
  const wrong = account.wrong > 0 ? `; ${number(account.wrong)} WRONG` : '';
  return `${number(account.sent)} sent ${account.addsUp ? '=' : '≠'} ${parts.join(' + ')}${wrong}`;
}

function jobs({ acknowledged, done, failed, cancelled, cleared, notYet }: NonNullable<Account['jobs']>): string {
  const few = (count: number, what: string) => (count > 0 ? ` + ${number(count)} ${what}` : '');
  const rare = few(failed, 'failed') + few(cancelled, 'cancelled') + few(cleared, 'cleared');
  return `${number(acknowledged)} acknowledged = ${number(done)} done${rare} + ${number(notYet)} not yet + `;
}

function reasons({ reasons: all }: Lane): string {
  return all
    .slice(0, 4)
    .map(({ reason, count }) => `${number(count)} × ${reason}`)
    .join(', ');
}

/** A figure stays with its word: lines break before the next part. */
const unbroken = (line: string) => line.replaceAll(/(\d|[+=≠]) /g, '$1\u00a0');
