"use strict";
// Draws the chosen scenario. All names are set as text, never as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const GROUPS = ["EC2", "Fargate", "control plane", "other"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const LEDGER_TOTAL = 2, MOST_POOLS = 7, MOST_BARS = 72, LONG_HOURS = 96, MANY_POINTS = 200;

  // One hue for what is bought together, its shades for the parts: [light, dark].
  const CHARGE_COLOURS = {
    "ec2-on-demand": ["#2f6cb3", "#6aa5e8"],
    "ec2-spot": ["#72a3d8", "#3f78ba"],
    "ebs": ["#a9c8ea", "#2c4f78"],
    "fargate-vcpu": ["#d27a26", "#eb9c52"],
    "fargate-memory": ["#e9ac6d", "#b06a28"],
    "fargate-storage": ["#f5d6b3", "#6e4520"],
    "eks-control-plane": ["#76808c", "#8b96a3"],
    "eks-extended-support": ["#b3bac2", "#56606b"],
  };
  const OTHER_COLOURS = [["#5a9367", "#7cbb8b"], ["#97c2a1", "#4a7d57"], ["#8a6bb0", "#b394d8"], ["#c7a93c", "#d9c064"]];
  // Fargate keeps its hue among the pools, too.
  const FARGATE_POOLS = [["#d27a26", "#eb9c52"], ["#e9ac6d", "#b06a28"], ["#a3560f", "#f7c794"]];
  const NODE_POOLS = [["#2f6cb3", "#6aa5e8"], ["#2a9c9c", "#62cccc"], ["#8a6bb0", "#b394d8"], ["#5a9367", "#7cbb8b"],
    ["#72a3d8", "#3f78ba"], ["#b8506d", "#e68aa3"], ["#8f8530", "#cfc468"]];
  const WAIT_COLOUR = ["#b05a10", "#f2b27a"];
  const REST_COLOUR = ["#8b96a3", "#79838f"];

  const darkMedia = window.matchMedia("(prefers-color-scheme: dark)");
  let printing = false;
  const isDark = () => darkMedia.matches && !printing;
  const shade = (pair) => pair[isDark() ? 1 : 0];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const theme = () => printing
    ? { ink: "#000000", soft: "#444c55", line: "#d5dbe1", paper: "#ffffff" }
    : { ink: css("--ink"), soft: css("--soft"), line: css("--line"), paper: css("--paper") };

  const usd = (value, digits = 2) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const figure = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  const small = (value) => usd(value, value !== 0 && Math.abs(value) < 0.1 ? 4 : 2);

  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  // ---- time ----

  const two = (number) => String(number).padStart(2, "0");
  const hourText = (hour, withTime) => {
    const date = new Date(hour * 3600000);
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    return withTime ? `${day} ${two(date.getUTCHours())}:00` : day;
  };
  const stepText = (hours) => {
    if (hours === 1) return "an hour";
    if (hours < 24) return `${hours} hours`;
    if (hours === 24) return "a day";
    return hours % 168 === 0 && hours > 168 ? `${hours / 168} weeks` : hours === 168 ? "a week" : `${hours / 24} days`;
  };
  const stepHour = (scenario, step) => Math.max((scenario.first_step + step) * scenario.step_hours, scenario.first_hour);
  const hoursOf = (scenario, step) => {
    const end = Math.min((scenario.first_step + step + 1) * scenario.step_hours, scenario.end_hour);
    return Math.max(end - stepHour(scenario, step), 1);
  };
  // A last step that only holds what is billed past the cut would draw as a drop.
  const stepCount = (scenario) => {
    let count = scenario.step_seconds.length;
    while (count > 1 && scenario.step_seconds[count - 1] === 0
      && scenario.costs.every((cost) => cost.usd[count - 1] === 0)) count--;
    return count;
  };
  const labelsOf = (scenario) =>
    Array.from({ length: stepCount(scenario) }, (_, step) => hourText(stepHour(scenario, step), scenario.step_hours < 24));

  // ---- what is drawn ----

  const costLines = (scenario) => {
    let others = 0;
    return scenario.costs.map((cost) => ({
      label: cost.charge,
      colour: CHARGE_COLOURS[cost.charge] || OTHER_COLOURS[others++ % OTHER_COLOURS.length],
      values: cost.usd.slice(0, stepCount(scenario)),
    }));
  };
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // The largest pools by name, the rest together.
  const poolLines = (scenario, key) => {
    const pools = scenario.pools.filter((pool) => pool[key]);
    const ranked = pools.slice().sort((a, b) => sum(b[key]) - sum(a[key]));
    const kept = pools.length > MOST_POOLS + 1 ? ranked.slice(0, MOST_POOLS) : pools;
    const rest = pools.filter((pool) => !kept.includes(pool));
    const count = stepCount(scenario);
    const used = new Map();
    const colourOf = (pool) => {
      const colours = pool.startsWith("fargate:") ? FARGATE_POOLS : NODE_POOLS, number = used.get(colours) || 0;
      used.set(colours, number + 1);
      return colours[number % colours.length];
    };
    const lines = pools.filter((pool) => kept.includes(pool)).map((pool) => ({
      label: pool.pool, colour: colourOf(pool.pool), values: pool[key].slice(0, count),
    }));
    if (rest.length > 0) {
      lines.push({
        label: `${rest.length} more pools`, colour: REST_COLOUR,
        values: Array.from({ length: count }, (_, step) => sum(rest.map((pool) => pool[key][step]))),
      });
    }
    return lines;
  };
  const addedUp = (scenario, key) => {
    const pools = scenario.pools.filter((pool) => pool[key]);
    return Array.from({ length: stepCount(scenario) }, (_, step) => sum(pools.map((pool) => pool[key][step])));
  };

  // ---- charts ----

  const charts = new Map();
  const stackedSet = (line, asBars, colours) => asBars
    ? { label: line.label, data: line.values, backgroundColor: shade(line.colour), stack: "all",
        borderColor: colours.paper, borderWidth: { top: 1 }, borderSkipped: false, categoryPercentage: 0.92, barPercentage: 1 }
    : { label: line.label, data: line.values, backgroundColor: shade(line.colour), borderColor: colours.paper,
        borderWidth: line.values.length > MANY_POINTS ? 0 : 0.5, fill: true, stepped: true, pointRadius: 0, pointHitRadius: 6, stack: "all" };
  // A point without neighbours has no line to show it.
  const isAlone = (values, index) => !values[index - 1] && !values[index + 1];
  const plainSet = (line, asBars, colours) => ({
    type: "line", label: line.label, data: line.values.map((value) => value || null), borderColor: colours.ink, backgroundColor: colours.ink,
    borderWidth: 1.5, borderDash: [4, 3], fill: false, stepped: asBars ? "middle" : true, pointHitRadius: 6, stack: line.label, order: -1,
    pointRadius: line.values.map((_, index) => isAlone(line.values, index) ? 3 : 0),
  });

  // A dashed frame blots a small box.
  const legendLabels = (chart) =>
    Chart.defaults.plugins.legend.labels.generateLabels(chart).map((label) => ({ ...label, lineDash: [] }));

  const draw = (id, scenario, lines, plain, format, title) => {
    const colours = theme(), labels = labelsOf(scenario), asBars = labels.length <= MOST_BARS;
    const byDay = labels.length * scenario.step_hours > LONG_HOURS;
    const tick = (_, index) => byDay ? hourText(stepHour(scenario, index), false) : labels[index];
    const axis = { ticks: { color: colours.soft, maxRotation: 0 }, border: { color: colours.line } };
    if (charts.has(id)) charts.get(id).destroy();
    charts.set(id, new Chart(byId(id), {
      type: asBars ? "bar" : "line",
      data: { labels, datasets: [...lines.map((line) => stackedSet(line, asBars, colours)), ...plain.map((line) => plainSet(line, asBars, colours))] },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { ...axis, stacked: true, grid: { display: false, borderColor: colours.line }, ticks: { ...axis.ticks, autoSkipPadding: 24, callback: tick } },
          y: { ...axis, stacked: true, beginAtZero: true, grid: { color: colours.line, borderColor: "transparent", drawTicks: false },
               ticks: { ...axis.ticks, maxTicksLimit: 6, padding: 8 }, title: { display: true, text: title, color: colours.soft } },
        },
        plugins: {
          legend: { position: "bottom", align: "start",
            labels: { color: colours.ink, boxWidth: 10, boxHeight: 10, padding: 14, generateLabels: legendLabels } },
          tooltip: {
            filter: (item) => item.parsed.y !== 0 && item.raw !== null,
            itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
            callbacks: {
              label: (item) => ` ${item.dataset.label}: ${format(item.parsed.y)}`,
              footer: (items) => items.length > 1 && plain.length === 0 ? `all: ${format(sum(items.map((item) => item.parsed.y)))}` : "",
            },
          },
        },
      },
    }));
  };

  // ---- tables ----

  const table = (headings, rows, textColumns) => {
    const element = make("table"), head = make("thead"), body = make("tbody"), top = make("tr");
    headings.forEach((heading, column) => {
      const cell = make("th", heading, column < textColumns ? "text" : "");
      cell.scope = "col";
      top.append(cell);
    });
    head.append(top);
    for (const row of rows) {
      const line = make("tr");
      row.forEach((value, column) => {
        const cell = make(column === 0 ? "th" : "td", undefined, column < textColumns ? "text" : "");
        if (column === 0) cell.scope = "row";
        cell.append(value);
        line.append(cell);
      });
      body.append(line);
    }
    element.append(head, body);
    return element;
  };

  // Filled when it is opened: a year of hours is a long table.
  const numbersUnder = (id, fill) => {
    const details = byId(id), box = details.querySelector(".scroll");
    box.replaceChildren();
    const open = () => { if (details.open && box.childElementCount === 0) box.append(fill()); };
    details.ontoggle = open;
    open();
  };
  const stepTable = (scenario, lines, format) => table(
    ["from (UTC)", ...lines.map((line) => line.label)],
    labelsOf(scenario).map((_, step) => [hourText(stepHour(scenario, step), true), ...lines.map((line) => format(line.values[step]))]), 1);

  const shareBar = (value, all) => {
    const cell = document.createDocumentFragment(), track = make("span", undefined, "share"), bar = make("i");
    const percent = all > 0 ? value / all * 100 : 0;
    bar.style.width = `${Math.max(0, Math.min(100, percent))}%`;
    track.append(bar);
    track.setAttribute("aria-hidden", "true");
    cell.append(track, make("span", `${percent.toFixed(1)} %`, "percent"));
    return cell;
  };
  // A row: name, total, what is booked under the name by group, what it bears of shared cost.
  const costTable = (list) => {
    const rows = list.rest_count > 0 ? [...list.rows, [`${list.rest_count} more`, ...list.rest.slice(1)]] : list.rows;
    const all = sum(rows.map((row) => row[1]));
    const parts = [...GROUPS, "shared"];
    const used = parts.map((_, part) => rows.some((row) => row[2 + part] !== 0));
    const pick = (values) => values.filter((_, part) => used[part]);
    return table([list.by, ...pick(parts), "USD", "share"],
      rows.map((row) => [row[0], ...pick(row.slice(2)).map((value) => usd(value)), usd(row[1]), shareBar(row[1], all)]), 1);
  };

  // ---- the scenario ----

  const describe = (id, text) => byId(id).setAttribute("aria-label", text);

  const showCost = (scenario) => {
    const step = scenario.step_hours, lines = costLines(scenario), span = stepText(step);
    const noHours = data.detail === LEDGER_TOTAL;
    byId("cost").parentElement.hidden = byId("cost-numbers").hidden = noHours;
    if (noHours) {
      byId("cost-note").textContent = "The ledger was stored as a total (--ledger total): there is no cost over time to draw.";
      return;
    }
    const perHour = lines.map((line) => ({ ...line, values: line.values.map((value, index) => value / hoursOf(scenario, index)) }));
    byId("cost-note").textContent =
      `USD an hour, stacked by charge; each point is ${span}${step > 1 ? ", shown as the mean of its hours" : ""}.`;
    describe("cost", `Stacked chart of the cost of ${scenario.name}; the numbers follow.`);
    draw("cost", scenario, perHour, [], (value) => `${small(value)} USD`, "USD an hour");
    numbersUnder("cost-numbers", () => stepTable(scenario, lines.map((line) => ({ ...line, label: `${line.label} USD` })), small));
  };

  // A figure without anything to draw makes room for the one beside it.
  const reveal = (id, shown) => {
    const figureBox = byId(id).closest("figure"), pair = figureBox.parentElement;
    figureBox.hidden = !shown;
    const left = [...pair.children].filter((child) => !child.hidden).length;
    pair.hidden = left === 0;
    pair.style.gridTemplateColumns = left === 1 ? "minmax(0, 1fr)" : "";
    return shown;
  };

  const showNodes = (scenario) => {
    const lines = poolLines(scenario, "nodes");
    const most = { label: "most at once", values: addedUp(scenario, "nodes_max") };
    if (!reveal("nodes", lines.length > 0)) return;
    byId("nodes-note").textContent = `EC2 nodes by pool, mean of ${stepText(scenario.step_hours)}.`;
    describe("nodes", `Stacked chart of the nodes of ${scenario.name}; the numbers follow.`);
    draw("nodes", scenario, lines, [], figure, "nodes");
    numbersUnder("nodes-numbers", () => stepTable(scenario, [...lines, most], figure));
  };

  const showPods = (scenario) => {
    const lines = poolLines(scenario, "pods");
    byId("pods-note").textContent = `Running pods by where they run, mean of ${stepText(scenario.step_hours)}.`;
    describe("pods", `Stacked chart of the running pods of ${scenario.name}; the numbers follow.`);
    draw("pods", scenario, lines, [], figure, "pods");
    numbersUnder("pods-numbers", () => stepTable(scenario, lines, figure));
  };

  const showRequests = (scenario, id, key, unit, colour) => {
    if (!reveal(id, scenario[`${key}_allocatable`] !== undefined)) return;
    const count = stepCount(scenario);
    const requested = { label: "requested", colour, values: scenario[`${key}_requested`].slice(0, count) };
    const allocatable = { label: "allocatable", values: scenario[`${key}_allocatable`].slice(0, count) };
    byId(`${id}-note`).textContent =
      `What pods request against what nodes have for them (dashed), mean of ${stepText(scenario.step_hours)}.`;
    describe(id, `Chart of ${unit} requested and allocatable of ${scenario.name}; the numbers follow.`);
    draw(id, scenario, [requested], [allocatable], (value) => `${figure(value)} ${unit}`, unit);
    numbersUnder(`${id}-numbers`, () => stepTable(scenario, [requested, allocatable], figure));
  };

  const waitText = (minutes) => {
    const seconds = Math.round(minutes * 60), parts = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
    const words = parts.map(([size, name], index) => {
      const count = Math.floor((index > 0 ? seconds % parts[index - 1][0] : seconds) / size);
      return count > 0 ? `${count}${name}` : "";
    }).filter((word) => word !== "");
    return words.join(" ") || "none";
  };

  const showWaits = (scenario) => {
    const count = stepCount(scenario), values = addedUp(scenario, "pending_max");
    const waiting = { label: "most waiting", colour: WAIT_COLOUR, values };
    const oldest = { label: "longest wait", colour: WAIT_COLOUR,
      values: (scenario.oldest_wait_s || []).slice(0, count).map((seconds) => seconds / 60) };
    if (reveal("waiting", values.some((value) => value > 0))) {
      byId("waiting-note").textContent = `The most that waited at once in ${stepText(scenario.step_hours)}, all pools added.`;
      describe("waiting", `Chart of the waiting pods of ${scenario.name}; the numbers follow.`);
      draw("waiting", scenario, [waiting], [], figure, "pods");
      numbersUnder("waiting-numbers", () => stepTable(scenario, [waiting], figure));
    }
    if (reveal("wait", oldest.values.length > 0)) {
      byId("wait-note").textContent = `How long the oldest waiting pod had waited for a node, in ${stepText(scenario.step_hours)}.`;
      describe("wait", `Chart of the longest wait of ${scenario.name}; the numbers follow.`);
      draw("wait", scenario, [oldest], [], waitText, "minutes");
      numbersUnder("wait-numbers", () => stepTable(scenario, [oldest], waitText));
    }
  };

  // What was chosen stays chosen where the next scenario has it, too.
  const dimensionSelect = byId("dimension");
  const dimensionText = (list) => list.is_label ? `label ${list.by}` : list.by;
  const showAllocation = (scenario) => {
    const lists = scenario.allocation.dimensions, before = dimensionSelect.value;
    dimensionSelect.replaceChildren(...lists.map((list) => {
      const option = make("option", dimensionText(list));
      option.value = dimensionText(list);
      return option;
    }));
    const chosen = lists.find((list) => dimensionText(list) === before) || lists[0];
    dimensionSelect.value = dimensionText(chosen);
    byId("allocation-note").textContent = `In USD, ${scenario.allocation.words}.`;
    byId("allocation").replaceChildren(costTable(chosen));
  };

  const show = (scenario) => {
    const from = hourText(scenario.first_hour, true);
    byId("shown").textContent = `From ${from} UTC on; each point is ${stepText(scenario.step_hours)}.`
      + (scenario.replications > 1 ? ` Replication ${scenario.replication} of ${scenario.replications}, counted from 0.` : "");
    showCost(scenario);
    showNodes(scenario);
    showPods(scenario);
    showRequests(scenario, "cpu", "cpu", "vCPU", NODE_POOLS[0]);
    showRequests(scenario, "memory", "memory", "GiB", NODE_POOLS[1]);
    showWaits(scenario);
    showAllocation(scenario);
  };

  const select = byId("scenario");
  data.scenarios.forEach((scenario, index) => {
    const option = make("option", scenario.name);
    option.value = String(index);
    select.append(option);
  });
  const showChosen = () => show(data.scenarios[Number(select.value)]);
  if (data.scenarios.length > 0) {
    byId("detail").hidden = false;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    select.addEventListener("change", showChosen);
    dimensionSelect.addEventListener("change", () => showAllocation(data.scenarios[Number(select.value)]));
    darkMedia.addEventListener("change", showChosen);
    window.addEventListener("beforeprint", () => { printing = true; showChosen(); });
    window.addEventListener("afterprint", () => { printing = false; showChosen(); });
    showChosen();
  }
  document.body.dataset.ready = "yes";
})();
