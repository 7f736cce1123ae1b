import { at, textAt } from './failure.ts'

/** What a list of errors says: the words of the first three, and the code of the first. */
export function errorList(
  body: unknown,
  codeName: string,
): { readonly message: string | undefined; readonly code: string | undefined } {
  const errors = at(body, 'errors')
  const list = Array.isArray(errors) ? errors.slice(0, 3) : []
  const words = list.flatMap((_, index) => textAt(list, index, 'message') ?? []).join(' ')
  return { message: words === '' ? undefined : words.slice(0, 600), code: textAt(list, 0, codeName) }
}
