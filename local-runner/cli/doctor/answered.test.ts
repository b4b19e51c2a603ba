import { expect, test } from 'vitest'
import { answered } from './answered.ts'

test('what does not answer is a finding, and what fails too', async () => {
  const never = () => Promise.withResolvers<never>().promise
  expect(await answered('Kafka', 10, never)).toMatchObject([
    { cause: 'unanswered', what: 'Kafka gave no answer in 0.01 s' },
  ])
  const fails = () => Promise.reject(new Error('corrupt\u001b[0m batch'))
  expect(await answered('Kafka', 1000, fails)).toMatchObject([
    { cause: 'unanswered', what: 'Kafka could not be examined: corrupt [0m batch' },
  ])
  expect(await answered('Kafka', 1000, async () => [])).toEqual([])
})
