/** Keys of the control's own, away from those of the queue. */
export const ITEMS = 'chaos-control:items';
export const RESULTS = 'chaos-control:results';
