import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  Filler,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  type ChartConfiguration,
} from 'chart.js'

export type Kind = 'line' | 'bar' | 'doughnut'
export type Config = ChartConfiguration<Kind, (number | null)[], string>
export type Drawing = Chart<Kind, (number | null)[], string>

/** Draws on a canvas. This file is fetched with the first chart a person looks at, and brings only what the charts use. */
export function draw(canvas: HTMLCanvasElement, config: Config): Drawing {
  Chart.register(
    LineController,
    LineElement,
    PointElement,
    BarController,
    BarElement,
    DoughnutController,
    ArcElement,
    CategoryScale,
    LinearScale,
    Filler,
  )
  return new Chart(canvas, config)
}
