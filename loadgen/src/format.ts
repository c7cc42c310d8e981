/** Figures for people; a dash where there is none. */

/** Thousands apart; decimals only where they say something. */
export function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

export function ms(value: number | null): string {
  return value === null ? '-' : number(value);
}

export function seconds(value: number | null): string {
  return value === null ? '-' : `${number(value)} s`;
}

export function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

export function size(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return mib < 1024 ? `${mib.toFixed(0)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
