#include "lab.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "conduct.h"
#include "manifest.h"
#include "require.h"

enum { PORT_TRIES = 50 };

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void make_materials(struct lab *lab)
{
    lab->materials = mst_alloc(lab_scene_count(), sizeof *lab->materials);
    for (size_t i = 0; i < lab_scene_count(); i++) {
        lab_material_init(&lab->materials[i], &lab->pki, i);
        if (lab->materials[i].leaf && lab_scene_at(i)->staple.status == V_OCSP_CERTSTATUS_REVOKED)
            lab_http_responder_revoke(&lab->responder, lab->materials[i].leaf);
    }
}

/* Whether this machine has ::1 at all. */
static bool find_ipv6(struct lab *lab)
{
    const struct lab_conduct_ops *ops = lab_conduct_ops(LAB_CONDUCT_SILENT);
    if (lab_server_listen(&lab->server, "::1", 0, ops, NULL) != 0)
        return false;
    lab_server_stop_last(&lab->server);
    return true;
}

static int listen_for_scenes(struct lab *lab, uint16_t port)
{
    for (size_t i = 0; i < lab_scene_count(); i++) {
        const struct lab_scene *scene = lab_scene_at(i);
        const struct lab_conduct_ops *ops = lab_conduct_ops(scene->conduct);
        if (!ops || (scene->on_ipv6 && !lab->has_ipv6))
            continue;
        char address[LAB_ADDRESS_SIZE];
        lab_scene_address(i, address);
        int result = lab_server_listen(&lab->server, address, port, ops, &lab->materials[i]);
        if (result != 0)
            return result;
    }
    return lab_load_listen(lab->load, &lab->server, port);
}

/* A port that is free on 127.0.0.1 now; whether it is on all other addresses shows later. */
static uint16_t guess_port(struct lab *lab)
{
    uv_tcp_t probe;
    struct sockaddr_in address = {0};
    int size = sizeof address;
    lab_require_uv(uv_tcp_init(&lab->loop, &probe), "uv_tcp_init");
    lab_require_uv(uv_ip4_addr("127.0.0.1", 0, &address), "an address");
    lab_require_uv(uv_tcp_bind(&probe, (const struct sockaddr *)&address, 0), "a port");
    lab_require_uv(uv_tcp_getsockname(&probe, (struct sockaddr *)&address, &size), "a port");
    uv_close((uv_handle_t *)&probe, NULL);
    (void)uv_run(&lab->loop, UV_RUN_NOWAIT);
    return ntohs(address.sin_port);
}

static void stop_listening_after(struct lab *lab, const struct mst_list *last)
{
    while (lab->server.listeners.previous != last)
        lab_server_stop_last(&lab->server);
    (void)uv_run(&lab->loop, UV_RUN_NOWAIT);
}

static void listen_everywhere(struct lab *lab, uint16_t wanted)
{
    const struct mst_list *last = lab->server.listeners.previous;
    int result = UV_EADDRINUSE;
    for (int tries = 0; result != 0 && tries < (wanted ? 1 : PORT_TRIES); tries++) {
        stop_listening_after(lab, last);
        lab->port = wanted ? wanted : guess_port(lab);
        result = listen_for_scenes(lab, lab->port);
    }
    lab_require_uv(result, "listening for TLS");
}

static void stop(struct lab *lab)
{
    lab->stopped = true;
    uv_stop(&lab->loop);
}

static void have_signal(uv_signal_t *handle, int number)
{
    (void)number;
    stop(handle->data);
}

static void have_input(uv_poll_t *handle, int status, int events)
{
    (void)events;
    char ignored[4096];
    ssize_t length = status == 0 ? read(STDIN_FILENO, ignored, sizeof ignored) : 0;
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR))
        stop(handle->data);
}

static void watch(struct lab *lab, bool until_eof)
{
    lab_require_uv(uv_signal_init(&lab->loop, &lab->interrupted), "signals");
    lab_require_uv(uv_signal_init(&lab->loop, &lab->terminated), "signals");
    lab->interrupted.data = lab->terminated.data = lab;
    lab_require_uv(uv_signal_start(&lab->interrupted, have_signal, SIGINT), "SIGINT");
    lab_require_uv(uv_signal_start(&lab->terminated, have_signal, SIGTERM), "SIGTERM");
    if (!until_eof)
        return;
    if (uv_guess_handle(STDIN_FILENO) == UV_FILE) { /* has an end already: /dev/null, for one */
        lab->stopped = true; /* without uv_stop: the loop has handles to close before it is run */
        return;
    }
    lab->watches_input = true;
    lab_require_uv(uv_poll_init(&lab->loop, &lab->standard_input, STDIN_FILENO),
                   "--until-eof needs a standard input");
    lab->standard_input.data = lab;
    lab_require_uv(uv_poll_start(&lab->standard_input, UV_READABLE | UV_DISCONNECT, have_input),
                   "watching standard input");
}

void lab_start(struct lab *lab, const struct lab_options *options, const char *dir)
{
    *lab = (struct lab){.dir = dir};
    raise_file_limit();
    (void)signal(SIGPIPE, SIG_IGN);
    lab_require_uv(uv_loop_init(&lab->loop), "uv_loop_init");
    lab_server_init(&lab->server, &lab->loop);
    watch(lab, options->until_eof);
    lab_dns_server_init(&lab->dns, &lab->server, options->dns_port);
    lab_http_responder_init(&lab->responder, &lab->server, options->http_port, &lab->pki,
                            &lab->http_port);
    MST_AUTO_FREE char *ocsp_url = mst_format("http://127.0.0.1:%u/", lab->http_port);
    lab_pki_init(&lab->pki, ocsp_url);
    make_materials(lab);
    lab->load = lab_load_new(&lab->pki, options->load_prepare);
    lab->has_ipv6 = find_ipv6(lab);
    listen_everywhere(lab, options->port);
    MST_AUTO_FREE char *root = mst_format("%s/root.pem", dir);
    lab_pki_write_root(&lab->pki, root);
    const struct lab_manifest manifest = {
        .dir = dir,
        .port = lab->port,
        .dns_port = lab_dns_server_port(&lab->dns),
        .http_port = lab->http_port,
        .has_ipv6 = lab->has_ipv6,
        .materials = lab->materials,
    };
    lab_manifest_write(&manifest);
    lab_manifest_print_options(&manifest);
}

void lab_run(struct lab *lab)
{
    while (!lab->stopped)
        (void)uv_run(&lab->loop, UV_RUN_DEFAULT);
}

void lab_release(struct lab *lab)
{
    lab_server_close(&lab->server);
    lab_dns_server_close(&lab->dns);
    uv_close((uv_handle_t *)&lab->interrupted, NULL);
    uv_close((uv_handle_t *)&lab->terminated, NULL);
    if (lab->watches_input)
        uv_close((uv_handle_t *)&lab->standard_input, NULL);
    (void)uv_run(&lab->loop, UV_RUN_DEFAULT);
    lab_require_uv(uv_loop_close(&lab->loop), "closing the loop");
    lab_server_release(&lab->server);
    for (size_t i = 0; i < lab_scene_count(); i++)
        lab_material_release(&lab->materials[i]);
    free(lab->materials);
    lab_load_free(lab->load);
    lab_pki_release(&lab->pki);
}
