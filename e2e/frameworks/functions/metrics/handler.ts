import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { greeting } from './greeting.ts'

const metrics = new Metrics({ namespace: 'shop', serviceName: greeting })

export const handler = async () => {
  metrics.addMetric('asked', MetricUnit.Count, 1)
  metrics.publishStoredMetrics()
  return { greeting }
}
