// Draws a chart with uPlot in the colours of the page; loaded only when a chart is looked at.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "./ChartCanvas.module.css";
import type { ChartData } from "./chartData";

interface Props {
  kind: "line" | "bar";
  data: ChartData;
  label: string;
}

const HEIGHT = 320;
/** Told apart by hue and by lightness, on white and on near-black. */
const COLOURS = {
  light: ["#0b6e69", "#b3541e", "#5b3fa6", "#1f6fb2", "#9b2c5e", "#5c6b00"],
  dark: ["#4dbfb2", "#f0a978", "#b9a3f5", "#7cc7f0", "#f29bbf", "#c9d66b"],
} as const;

export function ChartCanvas({ kind, data, label }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const plot = new uPlot(
      optionsOf(kind, data, scheme, parent),
      [data.x, ...data.series.map(({ values }) => values)],
      parent,
    );
    const watcher = new ResizeObserver(() =>
      plot.setSize({ width: parent.clientWidth, height: HEIGHT }),
    );
    watcher.observe(parent);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [kind, data, scheme]);

  return <div ref={place} role="img" aria-label={label} className={classes.chart} />;
}

function optionsOf(
  kind: Props["kind"],
  data: ChartData,
  scheme: "light" | "dark",
  parent: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(parent);
  const ink = style.getPropertyValue("--mantine-color-dimmed");
  const line = style.getPropertyValue("--mantine-color-default-border");
  const axis = {
    stroke: ink,
    font: `12px ${style.fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
  const { labels, xKind } = data;
  const word = (at: number) => labels[data.x.indexOf(at)] ?? "";
  const words = xKind === "label" && {
    values: (_: uPlot, splits: number[]) => splits.map(shortWord(word)),
  };
  return {
    width: parent.clientWidth || 600,
    height: HEIGHT,
    cursor: { drag: { x: true, y: false } },
    scales: {
      x: { time: xKind === "time", ...(kind === "bar" && { range: padded }) },
      y: { range: fromZero(kind) },
    },
    axes: [
      { ...axis, ...words },
      { ...axis, size: 64 },
    ],
    series: [
      xKind === "label" ? { label: data.xName, value: (_, at) => word(at) } : { label: data.xName },
      ...data.series.map(({ name }, at) => {
        const colour = COLOURS[scheme][at % COLOURS[scheme].length] as string;
        return {
          label: name,
          stroke: colour,
          width: 2,
          spanGaps: false,
          ...(kind === "bar" && {
            fill: colour,
            paths: uPlot.paths.bars?.({ size: [0.7, 60], align: 0 }),
            points: { show: false },
          }),
        } as uPlot.Series;
      }),
    ],
  };
}

function shortWord(word: (at: number) => string): (at: number) => string {
  return (at) => {
    const text = Number.isInteger(at) ? word(at) : "";
    return text.length > 14 ? `${text.slice(0, 13)}…` : text;
  };
}

/** Half a bar of room on either side. */
function padded(plot: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const step = (high - low) / Math.max(1, (plot.data[0]?.length ?? 1) - 1) || 1;
  return [low - step / 2, high + step / 2];
}

/** A bar's length is its value, so bars begin at zero; lines fill the height. */
function fromZero(kind: Props["kind"]): uPlot.Range.Function {
  return (_, low, high) => {
    if (low === null || high === null) return [0, 1];
    const [from, to] = kind === "bar" ? [Math.min(0, low), Math.max(0, high)] : [low, high];
    const room = (to - from || Math.abs(to) || 1) * 0.06;
    return [kind === "bar" && from === 0 ? 0 : from - room, to + room];
  };
}
