import { expect, test } from 'vitest'
import { parseNewArguments } from './new-arguments.ts'

test('reads a name with topics and routes', () => {
  const route = 'GET /shipments/{orderId}'
  const args = ['shipping', '--topic', 'order-topic', '--route', route, '--topic', 'stock-topic']
  expect(parseNewArguments(args)).toEqual({
    name: 'shipping',
    topics: ['order-topic', 'stock-topic'],
    routes: [route],
  })
})

test('--help asks for nothing else', () => {
  expect(parseNewArguments(['--help'])).toBeUndefined()
})

test.each([
  [[], 'has no name'],
  [['shipping'], 'has no trigger: give it a --topic or a --route'],
  [['shipping', 'GET', '/x', '--topic', 'order-topic'], 'Put quotes around a route'],
  [['../shipping', '--topic', 'order-topic'], "cannot be a function's name"],
  [['Shipping', '--topic', 'order-topic'], 'lower-case letters'],
  [['shipping_x', '--topic', 'order-topic'], "cannot be a function's name"],
  [['s'.repeat(65), '--topic', 'order-topic'], '1 to 64'],
  [['shipping', '--topic', 'order-topic', '--topic', 'order-topic'], '"order-topic" is given twice'],
  [['shipping', ...Array.from({ length: 21 }, (_, index) => `--route=GET /${index}`)], 'At most 20'],
  [['shipping', '--port', '1'], "Unknown option '--port'"],
])('%j is refused', (args, message) => {
  expect(() => parseNewArguments(args)).toThrow(message)
})
