import { expect, test } from 'vitest'
import { CANCELLED, CONFIRMED } from '../../shared/orders/order-event.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { toMessage } from './messages.ts'

test('tells the customer what was ordered', () => {
  const { to, subject, text } = toMessage(placed)
  expect(to).toBe('c-1@example.test')
  expect(subject).toBe('We have received your order ord_1')
  expect(text).toContain('2 x tea at EUR 12.99')
  expect(text).toContain('Total EUR 25.98')
})

test('says of each event something else', () => {
  const subjects = [placed, { ...placed, type: CONFIRMED }, { ...placed, type: CANCELLED }].map(
    (event) => toMessage(event as typeof placed).subject,
  )
  expect(new Set(subjects).size).toBe(3)
})

test('apologises for a cancellation that is not the customer’s', () => {
  expect(toMessage({ ...placed, type: CANCELLED, reason: 'stock_lost' }).text).toContain('We are sorry')
  expect(toMessage({ ...placed, type: CANCELLED }).text).not.toContain('We are sorry')
})
