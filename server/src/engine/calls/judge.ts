import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { CallAnswer, Failure, Provider } from '../../providers/provider.ts'
import type { EgressAnswer } from '../egress/contract.ts'
import { MalformedAnswer } from '../egress/failures.ts'
import { refusal } from '../../providers/shared/advice.ts'
import { judgeWith, textAt } from '../../providers/shared/failure.ts'

/** The answer was read and means failure. `retry` is the vendor's own word on repeating the request. */
export interface Judgement {
  readonly error: ProviderCallError
  readonly retry: boolean | undefined
}

/** Where error bodies usually keep their words. */
const usualPlaces: readonly (readonly (string | number)[])[] = [
  ['error', 'message'],
  ['error_description'],
  ['message'],
  ['detail'],
  ['errors', 0, 'message'],
  ['errors', 0],
  ['error'],
  ['title'],
]

const judgeStatus = judgeWith((body, answer) => {
  if (answer.status < 400) return null
  const message = usualPlaces.map((place) => textAt(body, ...place)).find((text) => text !== undefined && text !== '')
  const code = textAt(body, 'error', 'code') ?? textAt(body, 'code')
  return { ...(message === undefined ? {} : { message }), ...(code === undefined ? {} : { vendorCode: code }) }
})

/**
 * What an answer means: null is success. The vendor's own reading comes first, the status decides where there is none;
 * a redirect is never a success, because it is never followed.
 * @param clean takes secrets out of the vendor's words, which like to repeat the key they refuse
 * @param lenient a redirect is an answer like any other: the caller reads it for itself
 */
export function judge(
  provider: Provider,
  answer: CallAnswer,
  clean: (text: string) => string,
  lenient = false,
): Judgement | null {
  const failure = lenient && isRedirect(answer.status) ? null : readFailure(provider, answer)
  if (failure === null) return null
  // Providers cut a vendor's words to a line, and of a secret at its end the beginning would stay: the words are read again
  // from a text without secrets.
  const { message, vendorCode } = readFailure(provider, withText(provider, answer, clean(answer.text))) ?? failure
  const words = {
    ...failure,
    message: clean(message),
    ...(vendorCode === undefined ? {} : { vendorCode: clean(vendorCode) }),
  }
  return { error: refusal(provider, words, answer.status), retry: failure.retry }
}

const withText = (provider: Provider, { status, headers }: CallAnswer, text: string): CallAnswer =>
  readAnswer({ status, headers, body: Buffer.from(text) }, provider)

const isRedirect = (status: number) => status >= 300 && status < 400 && status !== 304

function readFailure(provider: Provider, answer: CallAnswer): Failure | null {
  if (isRedirect(answer.status)) {
    const target = URL.parse(answer.headers['location'] ?? '')?.host
    const message = `answered ${answer.status}, a redirect${target ? ` to ${target}` : ''}; redirects are never followed`
    return { errorClass: 'MALFORMED_ANSWER', message }
  }
  if (answer.status === 304) return null
  return provider.judge ? provider.judge(answer) : judgeStatus(answer)
}

/** An answer as callers read it. */
export function readAnswer(answer: EgressAnswer, provider: Provider): CallAnswer {
  const { status, headers } = answer
  let text: string | undefined
  // Many answers are judged by their status alone.
  const read = () => (text ??= new TextDecoder().decode(answer.body))
  return {
    status,
    headers,
    get text() {
      return read()
    },
    json<T>(): T {
      try {
        return JSON.parse(read()) as T
      } catch {
        throw new MalformedAnswer(`${provider.entry.name} answered ${status} with something that is not JSON.`)
      }
    },
  }
}
