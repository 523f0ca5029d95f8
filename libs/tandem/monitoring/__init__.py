"""How Tandem is watched: its promise, the rules that say when it is broken, and the dashboards that say why.

All of it is written here, as code, because a dashboard, an alert and the promise that both are about must name the same
numbers. `python -m tandem.monitoring` writes what Prometheus and Grafana read into `k8s/monitoring`.
"""
