// What classic scripts put on `window`: the part of each library that our modules use.

interface HtmxRequestContext {
  target?: string;
  select?: string;
  swap?: string;
  push?: string;
}

interface ChartConfig {
  type: string;
  data: { labels: (string | string[])[]; datasets: object[] };
  options: Record<string, unknown>;
}

interface ChartHit {
  datasetIndex: number;
  index: number;
}

interface Window {
  htmx: {
    process(element: Element): void;
    trigger(selector: string, event: string): void;
    ajax(verb: string, path: string, context: HtmxRequestContext): Promise<void>;
  };
  Chart: new (canvas: HTMLCanvasElement, config: ChartConfig) => { destroy(): void };
}
