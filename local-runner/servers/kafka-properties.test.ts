import { expect, test } from 'vitest'
import { kraftBroker, toProperties, zooKeeperBroker } from './kafka-properties.ts'

test('a broker advertises the address that it listens on', () => {
  expect(zooKeeperBroker('/data', 9095, 2182)).toMatchObject({
    listeners: 'PLAINTEXT://127.0.0.1:9095',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:9095',
    'zookeeper.connect': '127.0.0.1:2182',
  })
  expect(kraftBroker('/data', 9095, 9096)).toMatchObject({
    listeners: 'PLAINTEXT://127.0.0.1:9095,CONTROLLER://127.0.0.1:9096',
    'controller.quorum.bootstrap.servers': '127.0.0.1:9096',
  })
})

test('a lone broker keeps one copy of everything, internal topics too', () => {
  for (const properties of [zooKeeperBroker('/data', 1, 2), kraftBroker('/data', 1, 2)]) {
    const copies = Object.entries(properties).filter(([key]) => /replication\.factor|min\.isr/.test(key))
    expect(copies.length).toBeGreaterThanOrEqual(4)
    expect(copies.filter(([, value]) => value !== 1)).toEqual([])
  }
})

test('a properties file escapes backslashes, which Java would swallow', () => {
  expect(toProperties({ 'log.dirs': 'C:\\data', 'node.id': 1 })).toBe('log.dirs=C:\\\\data\nnode.id=1\n')
})
