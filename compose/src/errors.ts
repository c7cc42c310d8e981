/** Something the user can mend: its text is all they need to see. */
export class UserError extends Error {}
