import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diagnoseDisk } from './diagnose-disk.ts'
import { gatherDisk } from './gather-disk.ts'

test('a disk that is nearly full is named with its folder', () => {
  expect(diagnoseDisk({ directory: '/data', freeBytes: 499_999_999 })).toMatchObject([
    { cause: 'disk-full', what: expect.stringContaining('499 MB are free on the disk of /data') as unknown },
  ])
  expect(diagnoseDisk({ directory: '/data', freeBytes: 500_000_000 })).toEqual([])
})

test('its free space is that of the system; without a folder there is nothing to say', async () => {
  expect((await gatherDisk(tmpdir()))?.freeBytes).toBeGreaterThan(0)
  expect(await gatherDisk(join(tmpdir(), 'is-not-there'))).toBeUndefined()
})
