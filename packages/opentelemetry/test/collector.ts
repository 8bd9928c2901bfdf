import type { Attributes } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { onTestFinished } from 'vitest'

/** One place where the pages and agents of a test export to, as a collector would be. */
export interface Collector {
  /** Providers of one more process. */
  process(): { readonly tracerProvider: TracerProvider; readonly meterProvider: MeterProvider }
  readonly spans: readonly ReadableSpan[]
  span(name: string): ReadableSpan
  /** The points of a metric: its value, or how many were recorded, and the attributes. */
  points(name: string): Promise<readonly { readonly value: number; readonly attributes: Attributes }[]>
}

export function collector(): Collector {
  const exporter = new InMemorySpanExporter()
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const readers: PeriodicExportingMetricReader[] = []
  return {
    process() {
      const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
      // Exported when the test asks.
      const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 2 ** 31 - 1 })
      const meterProvider = new MeterProvider({ readers: [reader] })
      readers.push(reader)
      onTestFinished(() => tracerProvider.shutdown())
      onTestFinished(() => meterProvider.shutdown())
      return { tracerProvider, meterProvider }
    },
    get spans() {
      return exporter.getFinishedSpans()
    },
    span(name) {
      const found = exporter.getFinishedSpans().filter((span) => span.name === name)
      if (found.length !== 1)
        throw new Error(
          `${found.length} spans are called ${name}; there are ${exporter
            .getFinishedSpans()
            .map((span) => span.name)
            .join(', ')}`,
        )
      return found[0]!
    },
    async points(name) {
      measured.reset()
      for (const reader of readers) await reader.forceFlush()
      return measured
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) =>
          dataPoints.map(({ value, attributes }) => ({
            value: typeof value === 'number' ? value : value.count,
            attributes,
          })),
        )
    },
  }
}
