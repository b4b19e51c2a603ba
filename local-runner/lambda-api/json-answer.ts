import { type HttpResponse, jsonText } from '../http/response.ts'

export const jsonAnswer = (value: unknown, statusCode = 200): HttpResponse =>
  jsonText(statusCode, JSON.stringify(value))

/** A time in the JSON of the Lambda API. */
export const epochSeconds = (epochMs: number): number => epochMs / 1000
