#include "manifest.h"

#include <jansson.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "expectation.h"
#include "require.h"

static char *target_of(size_t index, unsigned port)
{
    const struct lab_scene *scene = lab_scene_at(index);
    return lab_scene_expand(index, scene->target ? scene->target : "%H", port);
}

static bool is_staged(const struct lab_manifest *manifest, const struct lab_scene *scene)
{
    return manifest->has_ipv6 || (!scene->on_ipv6 && scene->dns != LAB_DNS_AAAA);
}

static json_t *list_scenes(const struct lab_manifest *manifest)
{
    json_t *list = json_array();
    size_t line = 0;
    const struct lab_scene *scene;
    for (size_t i = 0; (scene = lab_scene_at(i)) != NULL; i++) {
        if (!is_staged(manifest, scene))
            continue;
        char address[LAB_ADDRESS_SIZE];
        lab_scene_address(i, address);
        MST_AUTO_FREE char *target = target_of(i, manifest->port);
        MST_AUTO_FREE char *host = lab_scene_host(scene);
        const struct lab_material *material = manifest->materials ? &manifest->materials[i] : NULL;
        json_t *item =
            json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:o}", "name", scene->name, "about",
                      scene->about, "line", (json_int_t)++line, "target", target, "host", host,
                      "address", address, "expect", lab_expectation(i, material, manifest->port));
        lab_require(item && json_array_append_new(list, item) == 0, scene->name);
    }
    return list;
}

static char *path_in(const struct lab_manifest *manifest, const char *name)
{
    return mst_format("%s/%s", manifest->dir, name);
}

static json_t *list_options(const struct lab_manifest *manifest)
{
    MST_AUTO_FREE char *root = path_in(manifest, "root.pem");
    MST_AUTO_FREE char *resolver = mst_format("127.0.0.1:%u", manifest->dns_port);
    MST_AUTO_FREE char *port = mst_format("%u", manifest->port);
    json_t *options = json_pack("[s, s, s, s, s, s, s]", "--resolver", resolver, "--ca-file", root,
                                "--port", port, "--allow-private");
    lab_require(options, "the options");
    return options;
}

static void write_targets(const struct lab_manifest *manifest)
{
    MST_AUTO_FREE char *path = path_in(manifest, "targets.txt");
    MST_AUTO_FCLOSE FILE *file = fopen(path, "we");
    lab_require(file, path);
    const struct lab_scene *scene;
    for (size_t i = 0; (scene = lab_scene_at(i)) != NULL; i++) {
        if (!is_staged(manifest, scene))
            continue;
        MST_AUTO_FREE char *target = target_of(i, manifest->port);
        (void)fprintf(file, "%s\n", target);
    }
    lab_require(fflush(file) == 0, path);
}

void lab_manifest_write(const struct lab_manifest *manifest)
{
    write_targets(manifest);
    MST_AUTO_FREE char *path = path_in(manifest, "lab.json");
    MST_AUTO_FREE char *root = path_in(manifest, "root.pem");
    MST_AUTO_FREE char *targets = path_in(manifest, "targets.txt");
    json_t *document =
        json_pack("{s:o, s:s, s:s, s:i, s:i, s:i, s:o}", "options", list_options(manifest), "root",
                  root, "targets", targets, "port", manifest->port, "dns_port", manifest->dns_port,
                  "http_port", manifest->http_port, "scenes", list_scenes(manifest));
    lab_require(document && json_dump_file(document, path, JSON_INDENT(1)) == 0, path);
    json_decref(document);
}

void lab_manifest_list(void)
{
    const struct lab_manifest manifest = {.has_ipv6 = true};
    json_t *scenes = list_scenes(&manifest);
    lab_require(json_dumpf(scenes, stdout, JSON_INDENT(1)) == 0 && puts("") >= 0, "listing");
    json_decref(scenes);
}

void lab_manifest_print_options(const struct lab_manifest *manifest)
{
    json_t *options = list_options(manifest), *option;
    size_t i;
    json_array_foreach(options, i, option)(void)
        printf("%s%s", i ? " " : "", json_string_value(option));
    (void)puts("");
    json_decref(options);
}
