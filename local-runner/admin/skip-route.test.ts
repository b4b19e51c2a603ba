import { expect, test } from 'vitest'
import type { Skipped } from '../dead-letters/keep-skipped.ts'
import type { SkippedPlace } from '../event-source-mapping/skip-record.ts'
import { createSkipRoute } from './skip-route.ts'

function setup({ problem, canKeep = true }: { problem?: string; canKeep?: boolean } = {}) {
  const steps: (['kept', Skipped] | ['skipped', SkippedPlace])[] = []
  const route = createSkipRoute({
    mappings: () => [
      {
        id: 'm-1',
        functionName: 'stock',
        topic: 't',
        consumerGroupId: 'g',
        skipProblem: () => problem,
        skip: (place) => {
          steps.push(['skipped', place])
          return undefined
        },
      },
    ],
    keepSkipped: async (skipped) => {
      if (!canKeep) throw new Error('the disk is full')
      steps.push(['kept', skipped])
      return { topic: 't.stock.dlq', id: '0@4' }
    },
  })
  const post = async (
    body: string,
    { path = '/api/mappings/m-1/skip', contentType = 'application/json' } = {},
  ) => {
    const response = await route({ method: 'POST', path, query: new URLSearchParams(), contentType, body })
    return response && [response.statusCode, JSON.parse(response.body.toString()) as unknown]
  }
  return { post, steps }
}

const place = { partition: 3, offset: 12n }

test('keeps a copy, then skips', async () => {
  const { post, steps } = setup()
  expect(await post('{"partition":3,"offset":12}')).toEqual([
    200,
    { copy: { topic: 't.stock.dlq', id: '0@4' } },
  ])
  expect(steps).toEqual([
    ['kept', { topic: 't', ...place, service: 'stock', group: 'g' }],
    ['skipped', place],
  ])
  expect(await post('{"partition":3,"offset":"12"}')).toMatchObject([200, {}])
})

test('a record that cannot be skipped, or not kept, is not skipped', async () => {
  const past = setup({ problem: 'the group is past it: it is at 20' })
  const message = 'It was not skipped: the group is past it: it is at 20.'
  expect(await past.post('{"partition":3,"offset":12}')).toEqual([409, { message }])
  const full = setup({ canKeep: false })
  expect(await full.post('{"partition":3,"offset":12}')).toEqual([
    409,
    { message: expect.stringContaining('the disk is full') as unknown },
  ])
  expect([...past.steps, ...full.steps]).toEqual([])
})

test('refuses what it cannot understand', async () => {
  const { post, steps } = setup()
  expect(await post('{"partition":3}')).toMatchObject([400, {}])
  expect(await post('{"partition":-1,"offset":1}')).toMatchObject([400, {}])
  expect(await post('{"partition":3,"offset":12}', { contentType: 'text/plain' })).toMatchObject([415, {}])
  expect(await post('{"partition":3,"offset":12}', { path: '/api/mappings/m-2/skip' })).toMatchObject([
    404,
    {},
  ])
  expect(await post('{}', { path: '/api/mappings' })).toBeUndefined()
  expect(steps).toEqual([])
})
