/** Figures for people; a dash where there is none. `more` digits where two that differ would look alike. */

/** Thousands apart; decimals only where they say something. */
export function number(value: number, more = 0): string {
  return value.toLocaleString('en', { maximumFractionDigits: (value < 10 ? 2 : value < 100 ? 1 : 0) + more });
}

export function ms(value: number | null): string {
  return value === null ? '-' : number(value);
}

export function us(value: number | null, more = 0): string {
  return value === null ? '-' : `${number(value, more)} us`;
}

export function seconds(value: number | null): string {
  return value === null ? '-' : `${number(value)} s`;
}

export function percent(share: number | null, more = 0): string {
  return share === null ? '-' : `${(share * 100).toFixed(1 + more)} %`;
}

export function size(bytes: number, more = 0): string {
  const mib = bytes / 2 ** 20;
  return mib < 1024 ? `${mib.toFixed(more)} MiB` : `${(mib / 1024).toFixed(1 + more)} GiB`;
}
