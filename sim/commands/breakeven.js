"use strict";
// Draws where Fargate and nodes meet. All names are set as text, never as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
  const usd = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  const axis = () => ({ ticks: { color: colour("soft"), maxRotation: 0 }, grid: { color: colour("line") }, border: { color: colour("line") } });
  const axisOf = (text) => ({ ...axis(), title: { display: true, text, color: colour("soft") } });
  const legend = { position: "bottom", align: "start", labels: { color: colour("ink"), boxWidth: 10, boxHeight: 10, padding: 14 } };
  const charts = [];

  const drawMonth = () => {
    const packings = Array.from({ length: 19 }, (_, step) => 10 + 5 * step);
    const line = (label, name, values) => ({
      label, data: values, borderColor: colour(name), backgroundColor: colour(name), borderWidth: 2, pointRadius: 0, pointHitRadius: 8,
    });
    charts.push(new Chart(byId("month"), {
      type: "line",
      data: {
        labels: packings.map((packing) => `${packing} %`),
        datasets: [
          line("nodes", "ec2", packings.map((packing) => data.ec2_usd_per_month * 100 / packing)),
          line("Fargate", "fargate", packings.map(() => data.fargate_usd_per_month)),
        ],
      },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
        scales: { x: axisOf("packing: the part of what nodes give pods that is requested"), y: { ...axisOf("USD a month"), beginAtZero: true } },
        plugins: { legend, tooltip: { callbacks: { label: (item) => ` ${item.dataset.label}: ${usd(item.parsed.y)} USD` } } },
      },
    }));
  };

  const drawRequests = () => {
    byId("requests").parentElement.style.height = `${90 + 26 * data.requests.length}px`;
    charts.push(new Chart(byId("requests"), {
      type: "bar",
      data: {
        labels: data.requests.map((request) => request.request),
        datasets: [{ label: "break-even packing", data: data.requests.map((request) => Math.min(request.packing, 1) * 100), backgroundColor: colour("fargate") }],
      },
      options: {
        indexAxis: "y", animation: false, responsive: true, maintainAspectRatio: false,
        scales: { x: { ...axisOf("Fargate is cheaper while nodes are packed below, in %"), min: 0, max: 100 }, y: { ...axis(), grid: { display: false } } },
        plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => ` ${item.parsed.x.toFixed(1)} %` } } },
      },
    }));
  };

  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    drawMonth();
    drawRequests();
  };
  if (data.requests.length === 0) return;
  byId("charts").hidden = false;
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize()));
})();
