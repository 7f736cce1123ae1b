import { z } from 'zod'
import type { LabAnswer, LabRequest } from './twin.ts'
import { json } from './twin.ts'

/** A refusal of the control API. */
export const refuse = (status: number, code: string, message: string): LabAnswer =>
  json(status, { error: { code, message } })

/** Reads a body of the control API; an empty one is an empty object. */
export function fromForm<Shape extends z.ZodType>(
  shape: Shape,
  request: LabRequest,
): { readonly value: z.output<Shape> } | { readonly refused: LabAnswer } {
  const parsed = shape.safeParse(request.text === '' ? {} : request.json)
  return parsed.success
    ? { value: parsed.data }
    : { refused: refuse(400, 'INVALID_INPUT', z.prettifyError(parsed.error)) }
}
