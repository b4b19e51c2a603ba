import { expect, test } from 'vitest'
import { testContext } from '../testing/context.ts'
import { httpEvent } from '../testing/http-event.ts'
import { mskEvent } from '../testing/msk-event.ts'
import { dispatch } from './triggers.ts'

const http = async () => ({ statusCode: 200 })
const kafka = async () => ({ batchItemFailures: [] })
const schedule = async () => 'ran'
const reconcile = async () => 'reconciled'
const call = (event: unknown, triggers: Parameters<typeof dispatch>[0] = { http, kafka, schedule }) =>
  dispatch(triggers)(event, testContext())

test('tells the three kinds of event apart', async () => {
  expect(await call(httpEvent({ method: 'GET', path: '/' }))).toEqual({ statusCode: 200 })
  expect(await call(mskEvent([{ topic: 't' }]))).toEqual({ batchItemFailures: [] })
  expect(await call({ source: 'aws.events', 'detail-type': 'Scheduled Event' })).toBe('ran')
  expect(await call({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' })).toBe('ran')
})

test.each([
  null,
  undefined,
  'text',
  [],
  {},
  { version: '1.0', requestContext: {} },
  { eventSource: 'aws:sqs', Records: [] },
])('refuses %j and names the triggers it has', async (event) => {
  await expect(call(event)).rejects.toThrow('(http, kafka, schedule)')
})

test('a reconcile step goes to the trigger that has it, and is no scheduled event', async () => {
  const step = { source: 'order-pipeline.reconcile', 'detail-type': 'freeze', detail: {} }
  expect(await call(step, { schedule, reconcile })).toBe('reconciled')
  await expect(call(step)).rejects.toThrow('(http, kafka, schedule)')
})

test('refuses an event of a trigger that the function does not have', async () => {
  await expect(call(mskEvent([]), { http })).rejects.toThrow('(http)')
})

test('the error of an event without a trigger has a name of its own', async () => {
  await expect(call({})).rejects.toMatchObject({ name: 'UnknownTriggerError' })
})
