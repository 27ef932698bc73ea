import CoreMetrics
import Testing

@testable import SweepHTTP

struct PrometheusMetricsTests {
    @Test func labelsAreEscapedAndNamesMadeValid() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "http.requests", dimensions: [("http.route", "a\\b\"c\nd\r\ne")]).increment(by: 2)
        #expect(
            metrics.text([])
                == "# TYPE http_requests counter\nhttp_requests{http_route=\"a\\\\b\\\"c\\nd\r\\ne\"} 2.0\n")
    }

    @Test func nameDoesNotBeginWithADigit() {
        let metrics = PrometheusMetrics()
        metrics.makeMeter(label: "5xx", dimensions: [("2", "é")]).set(1.0)
        #expect(metrics.text([]) == "# TYPE _5xx gauge\n_5xx{_2=\"é\"} 1.0\n")
    }

    @Test func typeStandsOnceAboveAllLinesOfItsName() {
        let metrics = PrometheusMetrics()
        for code in ["200", "404"] {
            metrics.makeCounter(label: "b", dimensions: [("code", code)]).increment(by: 1)
            metrics.makeCounter(label: "a", dimensions: [("code", code)]).increment(by: 1)
        }
        let text = metrics.text([
            .init("s_trials", "Trials.", 1, labels: [("sweep", "1")]), .init("s_progress", "Done.", 0.5),
            .init("s_trials", "Trials.", 2, labels: [("sweep", "2")]),
        ])
        #expect(
            text == """
                # TYPE a counter
                a{code="200"} 1.0
                a{code="404"} 1.0
                # TYPE b counter
                b{code="200"} 1.0
                b{code="404"} 1.0
                # HELP s_progress Done.
                # TYPE s_progress gauge
                s_progress 0.5
                # HELP s_trials Trials.
                # TYPE s_trials gauge
                s_trials{sweep="1"} 1.0
                s_trials{sweep="2"} 2.0

                """)
    }

    @Test func timerIsACountAndASumInSeconds() {
        let metrics = PrometheusMetrics()
        let timer = metrics.makeTimer(label: "t", dimensions: [])
        timer.recordNanoseconds(1_500_000_000)
        timer.recordNanoseconds(500_000_000)
        #expect(metrics.text([]) == "# TYPE t summary\nt_sum 2.0\nt_count 2\n")
    }

    @Test func sameNameAndLabelsAreOneValue() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "c", dimensions: [("a", "b")]).increment(by: 1)
        metrics.makeCounter(label: "c", dimensions: [("a", "b")]).increment(by: 4)
        #expect(metrics.text([]) == "# TYPE c counter\nc{a=\"b\"} 5.0\n")
    }

    @Test func numbersThatAreNotFiniteAreWrittenAsTheFormatWantsThem() {
        let metrics = PrometheusMetrics()
        let text = metrics.text([.init("a", "A.", .nan), .init("b", "B.", .infinity), .init("c", "C.", -.infinity)])
        for line in ["a NaN\n", "b +Inf\n", "c -Inf\n"] { #expect(text.contains("\n" + line)) }
    }
}
