import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI

/// The dashboard: a page, its style and its scripts, which are a part of this program.
struct DashboardController: Sendable {
    /// The stylesheet of the plots, which the page embeds.
    let plotStyles: String

    func add(to router: Router<APIRequestContext>) {
        router.get("/") { _, _ in Self.response(PackageResources.index_html, "text/html; charset=utf-8") }
        for asset in Self.assets {
            router.get("assets/\(asset.name)") { _, _ in Self.response(asset.bytes, asset.mediaType) }
        }
        let styles = Array(plotStyles.utf8)
        router.get("assets/plots.css") { _, _ in Self.response(styles, Self.css) }
    }

    struct Asset: Sendable {
        let name: String
        let mediaType: String
        let bytes: [UInt8]

        init(_ name: String, _ mediaType: String, _ bytes: [UInt8]) {
            (self.name, self.mediaType, self.bytes) = (name, mediaType, bytes)
        }
    }

    private static let css = "text/css; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"

    static let assets = [
        Asset("api.js", script, PackageResources.api_js),
        Asset("box.js", script, PackageResources.box_js),
        Asset("compare.js", script, PackageResources.compare_js),
        Asset("dashboard.css", css, PackageResources.dashboard_css),
        Asset("dashboard.js", script, PackageResources.dashboard_js),
        Asset("dialogs.js", script, PackageResources.dialogs_js),
        Asset("dom.js", script, PackageResources.dom_js),
        Asset("filter.js", script, PackageResources.filter_js),
        Asset("findings.js", script, PackageResources.findings_js),
        Asset("plots.js", script, PackageResources.plots_js),
        Asset("promotions.js", script, PackageResources.promotions_js),
        Asset("sweep.js", script, PackageResources.sweep_js),
        Asset("sweeps.js", script, PackageResources.sweeps_js),
        Asset("table.js", script, PackageResources.table_js),
        Asset("theme.js", script, PackageResources.theme_js),
        Asset("trial.js", script, PackageResources.trial_js),
    ]

    /// The page may load only what this daemon serves, and nobody may frame it.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static func response(_ bytes: [UInt8], _ mediaType: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: mediaType, .cacheControl: "no-cache", .contentSecurityPolicy: policy,
                .xContentTypeOptions: "nosniff",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
