import { violation } from './api-error.ts'

/** The constraints of a parameter, as the API's model has them. */
export interface Form {
  readonly maxLength: number
  readonly pattern: string
}

export const matchOf = ({ pattern }: Form, text: string) => new RegExp(`^(?:${pattern})$`).exec(text)

/** What a parameter breaks of its form. */
export function violationsOf(form: Form, field: string, value: string): readonly string[] {
  return [
    matchOf(form, value) ? undefined : `satisfy regular expression pattern: ${form.pattern}`,
    value.length > form.maxLength ? `have length less than or equal to ${form.maxLength}` : undefined,
    value === '' ? 'have length greater than or equal to 1' : undefined,
  ].flatMap((constraint) => (constraint === undefined ? [] : [violation(value, field, constraint)]))
}
