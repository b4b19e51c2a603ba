import { expect, test } from 'vitest'
import { formatMoney } from './format-money.ts'

test.each([
  [0, 'EUR', 'EUR 0.00'],
  [5, 'EUR', 'EUR 0.05'],
  [1500, 'JPY', 'JPY 1500'],
  [1500, 'KWD', 'KWD 1.500'],
  [1500, 'CLF', 'CLF 0.1500'],
  [1500, 'XCG', 'XCG 15.00'],
  [1500, 'HRK', 'HRK 15.00'],
  [1500, 'BYR', 'BYR 1500'],
  [1500, 'SLL', 'SLL 15.00'],
  [Number.MAX_SAFE_INTEGER, 'EUR', 'EUR 90071992547409.91'],
  [5, 'ZZZ', '5 (minor units of ZZZ)'],
  [5, '1€?', '5 (minor units of 1€?)'],
])('writes %d minor units of %s as %s', (minor, currency, text) => {
  expect(formatMoney(minor, currency)).toBe(text)
})

// CLDR, and so Intl, gives these the decimals that are used in cash.
test.each('AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK PKR SOS SYP YER'.split(' '))(
  'writes %s with the two decimals of ISO 4217',
  (currency) => {
    expect(formatMoney(1000, currency)).toBe(`${currency} 10.00`)
  },
)

test('writes IQD with the three decimals of ISO 4217', () => {
  expect(formatMoney(1000, 'IQD')).toBe('IQD 1.000')
})
